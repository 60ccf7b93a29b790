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

    /// <summary>The Azure build has an analyzer for it (DURABLE0011), which makes it an error there.</summary>
    [Fact]
    public void Orchestrators_HaveNoEndlessLoops()
    {
        var orchestrators = Directory.EnumerateFiles(Path.Combine(Repository.Root, "functions"), "*.cs", SearchOption.AllDirectories)
            .Where(f => File.ReadAllText(f).Contains("TaskOrchestrationContext context", StringComparison.Ordinal)).ToList();

        Assert.NotEmpty(orchestrators);
        Assert.All(orchestrators, f => Assert.DoesNotContain("while (true)", File.ReadAllText(f), StringComparison.Ordinal));
    }
}
