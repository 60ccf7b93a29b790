using System.Text.RegularExpressions;

namespace Serverless.InfraTests.Architecture;

/// <summary>The words of the code are the field's: one for each thing, and the same for it everywhere.</summary>
public sealed partial class WordTests
{
    /// <summary>Names by file that say what is the largest of what was measured, which is no limit.</summary>
    private static readonly Dictionary<string, string[]> Measured = new(StringComparer.Ordinal)
    {
        ["functions/Csv/Cleaning/NumberCleaner.cs"] = ["shortest"],
        ["functions/Monitoring/Recording/ExecutionRecorder.cs"] = ["longest"],
        ["functions/Monitoring/Recording/RunningTasks.cs"] = ["Longest"],
        ["functions/Monitoring/Store/InstanceState.cs"] = ["Longest"],
        ["functions/Rendering/BarChart.cs"] = ["largest"],
        ["functions/Rendering/SvgHistogram.cs"] = ["largest"],
        ["functions/Reports/CsvDay.cs"] = ["Largest", "largest"],
        ["functions/Reports/DailyReport.cs"] = ["Largest"],
    };

    /// <summary>Words that only this project had, by those that took their place.</summary>
    private static readonly Dictionary<string, string> Gone = new(StringComparer.Ordinal)
    {
        ["Verdict"] = "RetryDecision",
        ["Rescue"] = "Recovery",
        ["Sequel"] = "TaskOutcomeHandler",
        ["Door"] = "Requests",
        ["LaneGates"] = "LaneConcurrencyLimiter",
        ["DeadLetterWalk"] = "DeadLetterProcessor",
        ["RunWatch"] = "…CancellationScope",
        ["RangeWatch"] = "…CancellationScope",
        ["JobWatch"] = "…CancellationScope",
        ["HeaderJudge"] = "HeaderDetector",
        ["OwnDefinition"] = "BuiltInWorkflows",
        ["KeepOutput"] = "StoreStepOutput",
        ["LookAtCanaries"] = "CheckCanaries",
        ["TaskOrder"] = "TaskRequest",
        ["CsvLeftovers"] = "OrphanedPartCleaner",
        ["Leash"] = "StepGate",
        ["SayingWrites"] = "ReportingWrites",
    };

    [Fact]
    public void Limits_AreNamedMaxAndMin()
    {
        var others = SourceFiles.List("functions", "local")
            .SelectMany(f => Superlative().Matches(Code(f)).Select(m => (File: Shorten(f), Name: m.Groups["name"].Value)))
            .Where(i => !(Measured.GetValueOrDefault(i.File)?.Contains(i.Name) ?? false)).Distinct().Select(i => $"{i.File}: {i.Name}");

        Assert.Equal([], others);
    }

    [Fact]
    public void Clocks_AreNamedTime()
    {
        var others = SourceFiles.List("functions", "local", "tests")
            .SelectMany(f => Clock().Matches(Code(f)).Select(m => (File: Shorten(f), Name: m.Groups["name"].Value)))
            .Where(i => i.Name is not ("time" or "_time" or "Time" or "TimeProvider")).Select(i => $"{i.File}: {i.Name}");

        Assert.Equal([], others);
    }

    [Fact]
    public void Words_OfThisProjectAlone_AreGone()
    {
        var found = Identifiers().SelectMany(i => Gone.Where(w => Words(i.Name).Contains(w.Key, StringComparison.Ordinal))
            .Select(w => $"{i.File}: {i.Name}, say {w.Value}")).Distinct();

        Assert.Equal([], found);
    }

    // Starts of words are upper case, so that Indoors holds no Door.
    private static string Words(string name) => name.Length == 0 ? name : char.ToUpperInvariant(name[0]) + name[1..];

    private static IEnumerable<(string File, string Name)> Identifiers() => SourceFiles.List("functions", "local").SelectMany(
        f => Identifier().Matches(Code(f)).Select(m => (Shorten(f), m.Value.TrimStart('_'))));

    private static string Shorten(string file) => SourceFiles.Relative(file).Replace('\\', '/');

    // Texts and comments speak as they like.
    private static string Code(string file) => Prose().Replace(File.ReadAllText(file), "\"\"");

    [GeneratedRegex("""
        \"{3,}.*?\"{3,} | \$?@?"(?:[^"\\\n]|\\.)*" | //[^\n]*
        """, RegexOptions.IgnorePatternWhitespace | RegexOptions.Singleline)]
    private static partial Regex Prose();

    [GeneratedRegex(@"\b[A-Za-z_]\w*")]
    private static partial Regex Identifier();

    // Where it is declared: behind a type, a modifier or a parenthesis.
    [GeneratedRegex(@"[\w>\]?(,]\s+_?(?<name>([Mm]ost|[Ll]east|[Ll]ongest|[Ss]hortest|[Ll]argest|[Ss]mallest)(?![a-z])\w*)\s*[=,);{]")]
    private static partial Regex Superlative();

    [GeneratedRegex(@"\b(Fake)?TimeProvider\??\s+(?<name>[a-zA-Z_]\w*)\s*[;,)={]")]
    private static partial Regex Clock();
}
