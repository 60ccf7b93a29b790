using System.Xml.Linq;
using Serverless.TestSupport;

namespace Serverless.InfraTests;

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

    /// <summary>A file in a folder without a project is never compiled, and a test project outside the solution never run.</summary>
    [Fact]
    public void Folders_OfTests_AreProjects_AndTestsLieInTheSolution()
    {
        var solution = File.ReadAllText(Path.Combine(Repository.Root, "Serverless.sln"));
        var folders = Directory.EnumerateDirectories(Path.Combine(Repository.Root, "tests")).Where(HasSources).ToList();

        Assert.NotEmpty(folders);
        Assert.All(folders, f => Assert.True(File.Exists(Path.Combine(f, Path.GetFileName(f) + ".csproj")), f));
        Assert.All(
            folders.Select(f => Path.GetFileName(f)).Where(f => f.EndsWith("Tests", StringComparison.Ordinal)),
            f => Assert.Contains($"{f}.csproj", solution, StringComparison.Ordinal));
    }

    /// <summary>The settings of a developer's machine, secrets among them, go into no package.</summary>
    [Fact]
    public void LocalSettings_AreNeverPublished()
    {
        string[] projects = ["local/Serverless.Local.csproj", "functions/Serverless.Functions.csproj"];
        var items = projects.SelectMany(project => XDocument.Load(Path.Combine(Repository.Root, project)).Descendants())
            .Where(item => ((string?)item.Attribute("Include") ?? (string?)item.Attribute("Update"))
                ?.EndsWith("local.settings.json", StringComparison.Ordinal) == true).ToList();

        Assert.NotEmpty(items);
        Assert.All(items, item => Assert.Equal("Never", (string?)item.Attribute("CopyToPublishDirectory")));
        Assert.All(items.Where(i => i.Document!.Descendants("PackAsTool").Any()), i => Assert.Equal("false", (string?)i.Attribute("Pack")));
    }

    private static bool HasSources(string folder) => Directory.EnumerateDirectories(folder).Append(folder)
        .Where(f => Path.GetFileName(f) is not ("obj" or "bin" or "node_modules"))
        .Any(f => Directory.EnumerateFiles(f, "*.cs").Any());
}
