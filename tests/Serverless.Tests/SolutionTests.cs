namespace Serverless.Tests;

public sealed class SolutionTests
{
    [Fact]
    public void Debug_LeavesOutTheAzureProject()
    {
        var solution = File.ReadAllLines(Path.Combine(Repository.Root, "Serverless.sln"));
        var project = solution.Single(l => l.Contains("Serverless.Functions.csproj", StringComparison.Ordinal));
        var id = project[^39..^1];

        Assert.DoesNotContain(solution, l => l.Contains($"{id}.Debug|Any CPU.Build.0", StringComparison.Ordinal));
        Assert.Contains(solution, l => l.Contains($"{id}.Release|Any CPU.Build.0", StringComparison.Ordinal));
    }
}
