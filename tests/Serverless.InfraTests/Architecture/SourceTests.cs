using System.Text.RegularExpressions;
using Serverless.TestSupport;

namespace Serverless.InfraTests.Architecture;

/// <summary>Rules of the source that no analyzer holds.</summary>
public sealed class SourceTests
{
    private const int MaxColumns = 140;
    private const int MaxLines = 300;
    private const int MaxReadMeLines = 150;

    /// <summary>Documents that tests hold in raw literals stay as they would be sent or stored.</summary>
    [Fact]
    public void Lines_AreAtMost140ColumnsWide()
    {
        var wide = SourceFiles.List("functions", "local").SelectMany(f => WideLines(f, isTest: false))
            .Concat(SourceFiles.List("tests").SelectMany(f => WideLines(f, isTest: true))).ToList();

        Assert.True(wide.Count == 0, string.Join('\n', wide));
    }

    [Fact]
    public void Files_HaveAtMost300Lines()
    {
        var tooLong = SourceFiles.List("functions", "local", "tests").Select(f => (File: f, Lines: File.ReadLines(f).Count()))
            .Where(f => f.Lines > MaxLines).Select(f => $"{SourceFiles.Relative(f.File)} has {f.Lines} lines").ToList();

        Assert.True(tooLong.Count == 0, string.Join('\n', tooLong));
    }

    /// <summary>Its reader has not decided yet to read more; what is longer belongs into <c>docs/</c>.</summary>
    [Fact]
    public void ReadMe_IsShort() =>
        Assert.InRange(File.ReadLines(Path.Combine(Repository.Root, "README.md")).Count(), 1, MaxReadMeLines);

    /// <summary>"The records that a range rejected", not "What a range rejected"; "The state", not "Where it stands".</summary>
    [Fact]
    public void Summaries_ArePlainStatements()
    {
        var riddles = SourceFiles.List("functions", "local", "tests").SelectMany(
            f => Regex.Matches(File.ReadAllText(f), @"<summary>[\s/]*(What|Who|Whose|Whom|Whether|How|Where|Why)\b[^\n]*")
                .Select(m => $"{SourceFiles.Relative(f)}: {m.Value}")).ToList();

        Assert.True(riddles.Count == 0, string.Join('\n', riddles));
    }

    /// <summary>Everything else throws a refusal, or asks <c>Problems</c> for the answer.</summary>
    [Fact]
    public void ProblemJson_IsWrittenInOnePlace()
    {
        var strays = SourceFiles.List("functions")
            .Where(f => Regex.IsMatch(File.ReadAllText(f), @"Results\.(Problem|ValidationProblem)\(")).ToList();

        Assert.Equal([Path.Combine(Repository.Root, "functions", "Http", "Problems.cs")], strays);
    }

    private static IEnumerable<string> WideLines(string file, bool isTest)
    {
        var isRaw = false;
        foreach (var (index, line) in File.ReadLines(file).Index())
        {
            var fences = Regex.Count(line, "\"\"\"");
            if (line.Length > MaxColumns && !(isTest && (isRaw || fences > 0)))
                yield return $"{SourceFiles.Relative(file)}:{index + 1} has {line.Length} columns";
            isRaw ^= fences % 2 == 1;
        }
    }
}
