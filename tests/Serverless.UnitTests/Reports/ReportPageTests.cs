using System.Text.RegularExpressions;
using System.Xml.Linq;
using Serverless.Rendering;

namespace Serverless.UnitTests.Reports;

public sealed class ReportPageTests
{
    [Fact]
    public async Task RenderAsync_Values_AreEscaped()
    {
        var page = await ReportPage.RenderAsync("page", "<script>alert(1)</script>", new { Title = "<b>&\"x", Style = "", Body = "" });

        Assert.Contains("<title>&lt;script&gt;alert(1)&lt;/script&gt;</title>", page, StringComparison.Ordinal);
        Assert.Contains("<h1>&lt;b&gt;&amp;&quot;x</h1>", page, StringComparison.Ordinal);
        Assert.DoesNotContain("<script", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task RenderAsync_Page_NeedsNothingElse()
    {
        var page = await ReportPage.RenderAsync("page", "Title", new { Title = "", Style = "", Body = "" });

        Assert.Contains("prefers-color-scheme: dark", page, StringComparison.Ordinal);
        Assert.Contains("@media print", page, StringComparison.Ordinal);
        foreach (var outside in (string[])["http:", "https:", "src=", "<link", "@import", "url("])
            Assert.DoesNotContain(outside, page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task RenderAsync_UnknownTemplate_SaysWhich()
    {
        var fault = await Assert.ThrowsAsync<InvalidOperationException>(() => ReportPage.RenderAsync("nowhere", "Title", new { }));

        Assert.Contains("nowhere.liquid", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Draw_AnyChart_IsWellFormedAndEscaped()
    {
        const string hostile = "<i>\"&'";
        string[] charts =
        [
            BarChart.Draw([new(hostile, 3, hostile), new("b", double.NaN, "?"), new(new string('x', 100), 0, "0")], hostile),
            SvgHistogram.Draw([new(0, hostile), new(5, hostile), new(double.PositiveInfinity, "all")], hostile),
            SvgLine.Draw([new(hostile, 0), new("b", 4), new("c", 2)], v => $"{v} <", hostile),
            SvgLine.Draw([new("only", 0)], v => $"{v}", "one point"),
        ];

        foreach (var chart in charts)
        {
            Assert.True(XElement.Parse(chart).Name.LocalName is "svg" or "ul");
            Assert.DoesNotContain("<i>", chart, StringComparison.Ordinal);
            Assert.DoesNotContain("NaN", chart, StringComparison.Ordinal);
            Assert.DoesNotContain("Infinity", chart, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Draw_Bars_AreInProportion()
    {
        var widths = XElement.Parse(BarChart.Draw([new("a", 10, "10"), new("b", 5, "5")], "two")).Descendants("i")
            .Select(i => i.Attribute("style")!.Value).ToList();

        Assert.Equal(["width:100%", "width:50%"], widths);
    }

    [Fact]
    public void Draw_AnyChart_SaysItsValuesToWhoCannotSeeIt()
    {
        var bars = XElement.Parse(BarChart.Draw([new("a", 10, "10 runs")], "by task"));
        var line = XElement.Parse(SvgLine.Draw([new("00:00", 3), new("01:00", 4)], v => $"{v}", "by hour"));
        var histogram = XElement.Parse(SvgHistogram.Draw([new(0, "1 to 2: 0"), new(5, "2 to 3: 5")], "values"));

        Assert.Equal(("by task", "a10 runs"), (bars.Attribute("aria-label")!.Value, bars.Value));
        Assert.Equal("by hour: 00:00 3; 01:00 4", line.Attribute("aria-label")!.Value);
        Assert.Equal("values: 2 to 3: 5", histogram.Attribute("aria-label")!.Value);
    }

    [Theory]
    [InlineData("csv_report")]
    [InlineData("daily_report")]
    public void Tables_OfAnyReport_NameTheHeaderOfEachCell(string template)
    {
        using var stream = typeof(ReportPage).Assembly.GetManifestResourceStream($"reports/{template}.liquid")!;
        var text = new StreamReader(stream).ReadToEnd();
        var headers = Regex.Matches(text, "<th(?<scope> scope=\"(col|row)\")?[ >]");
        var cells = Regex.Matches(text, "<td(\"[^\"]*\"|[^>\"])*>");

        Assert.True(headers.Count > 10 && cells.Count > 10);
        Assert.All(headers, h => Assert.True(h.Groups["scope"].Success, h.Value));
        Assert.All(cells, c => Assert.Contains(" data-label=\"", c.Value, StringComparison.Ordinal));
    }

    [Fact]
    public void Draw_Nothing_IsNothing()
    {
        Assert.Equal("", BarChart.Draw([], "none"));
        Assert.Equal("", SvgHistogram.Draw([], "none"));
        Assert.Equal("", SvgLine.Draw([], v => $"{v}", "none"));
    }

    [Theory]
    [InlineData(0, "0")]
    [InlineData(1234567, "1,234,567")]
    [InlineData(-5, "-5")]
    public void Count_Value_HasThousandsApart(long value, string text) => Assert.Equal(text, ReportText.Count(value));

    [Theory]
    [InlineData(0, "0")]
    [InlineData(3, "3")]
    [InlineData(-0.5, "-0.5")]
    [InlineData(1234.5678, "1,234.6")]
    [InlineData(0.000123456, "0.00012346")]
    [InlineData(123456789.4, "123,456,789")]
    [InlineData(1.25e20, "1.25e+20")]
    [InlineData(2e-9, "2e-9")]
    [InlineData(double.NaN, "NaN")]
    public void Number_Value_HasFiveDigits(double value, string text) => Assert.Equal(text, ReportText.FormatNumber(value));

    [Theory]
    [InlineData(0, "0 %")]
    [InlineData(1, "100 %")]
    [InlineData(0.0166, "1.66 %")]
    [InlineData(0.00001, "< 0.01 %")]
    [InlineData(0.99999, "> 99.99 %")]
    public void Share_Value_IsNeverRoundedToNothingOrAll(double share, string text) => Assert.Equal(text, ReportText.FormatShare(share));

    [Theory]
    [InlineData(0.0004, "0 ms")]
    [InlineData(0.25, "250 ms")]
    [InlineData(0.9999, "1.0 s")]
    [InlineData(59.96, "1 min 0 s")]
    [InlineData(192, "3 min 12 s")]
    [InlineData(7500, "2 h 5 min")]
    public void Duration_Seconds_AreWorded(double seconds, string text) =>
        Assert.Equal(text, ReportText.FormatDuration(TimeSpan.FromSeconds(seconds)));

    [Theory]
    [InlineData(999, "999 bytes")]
    [InlineData(586_600, "586.6 kB")]
    [InlineData(5_000_000_000_000_000, "5000.0 TB")]
    public void Bytes_Size_IsInDecimalUnits(long bytes, string text) => Assert.Equal(text, ReportText.FormatBytes(bytes));
}
