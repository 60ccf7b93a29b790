using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Serverless.CsvJobs;
using Serverless.TestSupport;
using CsvLogs = Serverless.CsvJobs.Logs;

namespace Serverless.InfraTests;

/// <summary>Alerts and workbook ask for events and metrics by name: a renamed one would leave them silent.</summary>
public sealed partial class TelemetryQueryTests
{
    private static readonly string Folder = Path.Combine(Repository.Root, "infra");
    private static readonly string Queries = File.ReadAllText(Path.Combine(Folder, "modules", "alerts.bicep")) + File.ReadAllText(
        Path.Combine(Folder, "workbook.json"));

    [Fact]
    public void Events_AreOnesThatTheCodeLogs() => Assert.All(
        EventName().Matches(Queries).Select(m => m.Groups["name"].Value),
        name => Assert.NotNull(typeof(CsvLogs).GetMethod(name)));

    [Fact]
    public void Categories_AreNamespacesOfTheCode() => Assert.All(
        Category().Matches(Queries).Select(m => m.Groups["name"].Value),
        name => Assert.Contains(typeof(CsvLogs).Assembly.GetTypes(), t => t.Namespace == name));

    [Fact]
    public void Measures_AreOnesThatTheCodeMakes()
    {
        var code = string.Concat(Directory.EnumerateFiles(Path.Combine(Repository.Root, "functions"), "*.cs", SearchOption.AllDirectories)
            .Where(f => !f.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}", StringComparison.Ordinal))
                .Select(File.ReadAllText));
        var names = Measure().Matches(Queries).Select(m => m.Groups["name"].Value).ToList();

        Assert.Contains("serverless.queue.age", names);
        Assert.All(names, name => Assert.Contains($"\"{name}\"", code, StringComparison.Ordinal));
    }

    [Fact]
    public void Workbook_ShowsQueuesAndJobs()
    {
        var items = JsonNode.Parse(File.ReadAllText(Path.Combine(Folder, "workbook.json")))!["items"]!.AsArray();

        Assert.Equal(
            ["csv", "functions", "queues"], items.Where(i => (int)i!["type"]! == 1).Select(i => (string)i!["name"]!)
                .Order(StringComparer.Ordinal));
        Assert.Equal(items.Count, items.Select(i => (string)i!["name"]!).Distinct().Count());
    }

    [GeneratedRegex(@"(name == |customDimensions\[)'(?<name>[\w.]+)'")]
    private static partial Regex Measure();

    [GeneratedRegex(@"EventName\) == '(?<name>\w+)'")]
    private static partial Regex EventName();

    [GeneratedRegex(@"CategoryName\) startswith '(?<name>[\w.]+)'")]
    private static partial Regex Category();
}
