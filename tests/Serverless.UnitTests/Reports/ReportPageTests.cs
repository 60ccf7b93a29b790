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
            SvgBars.Draw([new(hostile, 3, hostile), new("b", double.NaN, "?"), new(new string('x', 100), 0, "0")], hostile),
            SvgHistogram.Draw([new(0, hostile), new(5, hostile), new(double.PositiveInfinity, "all")], hostile),
            SvgLine.Draw([new(hostile, 0), new("b", 4), new("c", 2)], v => $"{v} <", hostile),
            SvgLine.Draw([new("only", 0)], v => $"{v}", "one point"),
        ];

        foreach (var chart in charts)
        {
            Assert.Equal("svg", XElement.Parse(chart).Name.LocalName);
            Assert.DoesNotContain("<i>", chart, StringComparison.Ordinal);
            Assert.DoesNotContain("NaN", chart, StringComparison.Ordinal);
            Assert.DoesNotContain("Infinity", chart, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Draw_Bars_AreInProportion()
    {
        var widths = XElement.Parse(SvgBars.Draw([new("a", 10, "10"), new("b", 5, "5")], "two")).Elements("rect")
            .Select(r => (double)r.Attribute("width")!).ToList();

        Assert.Equal(2, widths[0] / widths[1], 3);
    }

    [Fact]
    public void Draw_Nothing_IsNothing()
    {
        Assert.Equal("", SvgBars.Draw([], "none"));
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
    public void Number_Value_HasFiveDigits(double value, string text) => Assert.Equal(text, ReportText.Number(value));

    [Theory]
    [InlineData(0, "0 %")]
    [InlineData(1, "100 %")]
    [InlineData(0.0166, "1.66 %")]
    [InlineData(0.00001, "< 0.01 %")]
    [InlineData(0.99999, "> 99.99 %")]
    public void Share_Value_IsNeverRoundedToNothingOrAll(double share, string text) => Assert.Equal(text, ReportText.Share(share));

    [Theory]
    [InlineData(0.0004, "0 ms")]
    [InlineData(0.25, "250 ms")]
    [InlineData(0.9999, "1.0 s")]
    [InlineData(59.96, "1 min 0 s")]
    [InlineData(192, "3 min 12 s")]
    [InlineData(7500, "2 h 5 min")]
    public void Duration_Seconds_AreWorded(double seconds, string text) =>
        Assert.Equal(text, ReportText.Duration(TimeSpan.FromSeconds(seconds)));

    [Theory]
    [InlineData(999, "999 bytes")]
    [InlineData(586_600, "586.6 kB")]
    [InlineData(5_000_000_000_000_000, "5000.0 TB")]
    public void Bytes_Size_IsInDecimalUnits(long bytes, string text) => Assert.Equal(text, ReportText.Bytes(bytes));
}
