using Serverless.Local.Screens;

namespace Serverless.UnitTests.Local;

public sealed class TableLayoutTests
{
    private static readonly string[] Headings = ["Job", "File", "Records", "Mean", "Started"];
    private static readonly string[][] Rows =
    [
        ["csv-0123456789abcdef", "a file with a name that is longer than any line should be, and then some more.csv", "1,234", "5 ms",
            "3 min ago"],
        ["csv-2", "b.csv", "7", "12.5 s", "1.5 h ago"],
    ];

    [Theory]
    [InlineData(80)]
    [InlineData(120)]
    public void Table_LongTexts_FitTheLineAndNumbersStandRight(int width)
    {
        var output = new StringWriter { NewLine = "\n" };

        new PlainScreen(output, TextWriter.Null, TimeProvider.System, width).WriteTable(Headings, Rows);

        var lines = output.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.All(lines, line => Assert.True(line.Length <= width, line));
        Assert.Contains("  1,234    5 ms  3 min ago", lines[1], StringComparison.Ordinal);
        Assert.Contains("      7  12.5 s  1.5 h ago", lines[2], StringComparison.Ordinal);
        Assert.EndsWith("  Records    Mean    Started", lines[0], StringComparison.Ordinal);
        Assert.Contains("…  ", lines[1], StringComparison.Ordinal);
    }

    [Fact]
    public void Table_OfAFile_IsNotCut()
    {
        var output = new StringWriter();

        new PlainScreen(output, TextWriter.Null, TimeProvider.System).WriteTable(Headings, Rows);

        Assert.Contains(Rows[0][1], output.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0, 10, "0 %")]
    [InlineData(5, 25_000, "0.02 %")]
    [InlineData(1, 1_000_000, "< 0.01 %")]
    [InlineData(0, 0, "0 %")]
    [InlineData(1, 1, "100 %")]
    public void Share_OfAnything_IsNeverNothing(long part, long whole, string expected) =>
        Assert.Equal(expected, Texts.FormatShare(part, whole));

    [Theory]
    [InlineData(0, "0 records")]
    [InlineData(1, "1 record")]
    [InlineData(1_000, "1,000 records")]
    public void Count_OfThings_HasItsPlural(long count, string expected) => Assert.Equal(expected, Texts.Count(count, "record"));
}
