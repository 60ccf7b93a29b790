using System.Text;
using Serverless.CsvJobs;
using Serverless.CsvJobs.Sources;
using Serverless.CsvJobs.Workbooks;
using Serverless.TestSupport.Csv;
using Serverless.UnitTests.Csv.Ranges;

namespace Serverless.UnitTests.Csv.Sources;

public sealed class WorkbookTests
{
    private const string Styles =
        """
        <numFmts count="2"><numFmt numFmtId="164" formatCode="yyyy\-mm\-dd\ hh:mm"/><numFmt numFmtId="165" formatCode="[h]:mm"/></numFmts>
        <cellXfs><xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="164"/><xf numFmtId="20"/><xf numFmtId="165"/><xf numFmtId="10"/></cellXfs>
        """;

    [Fact]
    public async Task Sheet_CellsOfEveryKind_AreCanonicalText()
    {
        const string rows =
            """
            <row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" t="inlineStr"><is><t>a, "b"</t></is></c><c r="D1" t="str"><v>x_x000D_y</v></c></row>
            <row r="2"><c r="A2"><v>1</v></c><c r="B2"><v>0.1</v></c><c r="C2"><v>1.0000000000000001E-5</v></c><c r="D2"><v>12345678901234567890</v></c></row>
            <row r="3"><c r="A3" s="1"><v>45413</v></c><c r="B3" s="2"><v>45413.4375</v></c><c r="C3" s="3"><v>0.4375</v></c><c r="D3" s="4"><v>1.5</v></c></row>
            <row r="4"><c r="A4" t="b"><v>1</v></c><c r="B4" t="e"><v>#N/A</v></c><c r="C4" s="5"><v>0.05</v></c><c r="D4" s="1"><v>60</v></c></row>
            <row r="6"><c r="B6" t="s"><v>1</v></c></row>
            <row r="7"><c r="A7" s="1"/></row>
            <row r="9"/>
            """;
        var file = Packed.Workbook(
            [("S", "visible", rows)],
            "<si><t>name</t></si><si><r><t>ri</t></r><r><t xml:space=\"preserve\">ch </t></r><rPh sb=\"0\" eb=\"1\"><t>no</t></rPh></si>",
            Styles);

        Assert.Equal(
            "name,\"a, \"\"b\"\"\",,\"x\ry\"\n"
            + "1,0.1,0.00001,12345678901234567890\n"
            + "2024-05-01,2024-05-01T10:30:00,10:30:00,36:00:00\n"
            + "true,#N/A,0.05,1900-02-29\n"
            + "\n"
            + ",rich ,,\n",
            await ReadAsync(file));
    }

    [Fact]
    public async Task Sheet_DaysCountedFrom1904_AreTheSameDates()
    {
        var file = Packed.Workbook(
            [("S", "visible", """<row r="1"><c r="A1" s="1"><v>43951</v></c></row>""")], styles: Styles,
            properties: """<workbookPr date1904="true"/>""");

        Assert.Equal("2024-05-01\n", await ReadAsync(file));
    }

    [Fact]
    public async Task Sheet_IsTheFirstVisibleOneOrTheOneAskedFor()
    {
        var file = Packed.Workbook([("Hidden", "hidden", Row("h")), ("First", "visible", Row("f")), ("Second", "visible", Row("s"))]);

        Assert.Equal("f\n", await ReadAsync(file));
        Assert.Equal("s\n", await ReadAsync(file, "Second"));
        Assert.Equal("h\n", await ReadAsync(file, "Hidden"));
        var fault = await Assert.ThrowsAsync<CsvJobException>(() => ReadAsync(file, "Third"));
        Assert.Contains("no sheet \"Third\"; it has Hidden, First, Second", fault.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""<row r="1"><c r="A1" t="s"><v>7</v></c></row>""")]
    [InlineData("""<row r="2000000000"><c r="A2000000000"><v>1</v></c></row>""")]
    [InlineData("""<row r="1"><c r="ZZZZ1"><v>1</v></c></row>""")]
    [InlineData("""<row r="2"><c r="A2"><v>1</v></c></row><row r="1"><c r="A1"><v>1</v></c></row>""")]
    [InlineData("""<row r="1"><c r="A1"><v>1</v>""")]
    public async Task Sheet_BreaksItsOwnRules_IsRefused(string rows)
    {
        var fault = await Assert.ThrowsAsync<InvalidDataException>(() => ReadAsync(Packed.Workbook([("S", "visible", rows)])));

        Assert.Contains("The Excel workbook is damaged", fault.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""<c r="B1"><f>SUM(A1:A9)</f></c>""")]
    [InlineData("""<c r="B1"><f>SUM(A1:A9)</f><v/></c>""")]
    [InlineData("""<c r="B1" t="b"><f>A1=1</f></c>""")]
    public async Task Sheet_FormulaThatNobodyWorkedOut_IsRefusedByItsCell(string cell)
    {
        var fault = await Assert.ThrowsAsync<InvalidDataException>(
            () => ReadAsync(Packed.Workbook([("S", "visible", $"""<row r="1"><c r="A1"><v>1</v></c>{cell}</row>""")])));

        Assert.StartsWith("The formula in B1 has no result in the file: open the workbook", fault.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""<c r="B1"><f>SUM(A1:A9)</f><v>45</v></c>""", "1,45\n")]
    [InlineData("""<c r="B1" t="str"><f>""</f><v></v></c>""", "1\n")]
    [InlineData("""<c r="B1" t="str"><f>A1&amp;"x"</f><v>1x</v></c>""", "1,1x\n")]
    [InlineData("""<c r="B1" t="e"><f>1/0</f><v>#DIV/0!</v></c>""", "1,#DIV/0!\n")]
    public async Task Sheet_Formula_IsItsResult(string cell, string expected) => Assert.Equal(
        expected, await ReadAsync(Packed.Workbook([("S", "visible", $"""<row r="1"><c r="A1"><v>1</v></c>{cell}</row>""")])));

    [Fact]
    public async Task Workbook_WithoutItsParts_IsRefused()
    {
        var fault = await Assert.ThrowsAnyAsync<Exception>(() => ReadAsync(Packed.Zip(("xl/workbook.xml", "<workbook/>"u8.ToArray()))));

        Assert.True(fault is CsvJobException or InvalidDataException, $"{fault}");
    }

    [Theory]
    [InlineData("http://[bad")]
    [InlineData("mailto:a@b@c, d")]
    public async Task Sheet_WithLinksThatAreNone_IsReadAllTheSame(string target)
    {
        var file = Packed.Workbook(
            [("S", "visible", Row("x"))],
            links: $"""<Relationship Id="h1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/hyperlink" Target="{target}" TargetMode="External"/>""");

        Assert.Equal("x\n", await ReadAsync(file));
    }

    [Fact]
    public async Task Sheet_OfManyRows_IsReadInPieces()
    {
        var rows = string.Concat(
            Enumerable.Range(1, 20_000).Select(i => $"""<row r="{i}"><c r="A{i}"><v>{i}</v></c><c r="B{i}"><v>{i * 0.5}</v></c></row>"""));

        var text = await ReadAsync(Packed.Workbook([("S", "visible", rows)]));

        Assert.Equal(string.Concat(Enumerable.Range(1, 20_000).Select(i => FormattableString.Invariant($"{i},{i * 0.5}\n"))), text);
    }

    [Theory]
    [InlineData("General", NumberKind.Number)]
    [InlineData("0.00E+00", NumberKind.Number)]
    [InlineData("#,##0 \"days\"", NumberKind.Number)]
    [InlineData("[$€-2] #,##0.00;[Red]-#,##0.00", NumberKind.Number)]
    [InlineData("0\\d", NumberKind.Number)]
    [InlineData("dd/mm/yyyy", NumberKind.Date)]
    [InlineData("[$-409]mmm\\-yy;@", NumberKind.Date)]
    [InlineData("mmmm", NumberKind.Date)]
    [InlineData("mm:ss.0", NumberKind.Time)]
    [InlineData("h:mm AM/PM", NumberKind.Time)]
    [InlineData("yyyy\\-mm\\-dd\\Thh:mm:ss", NumberKind.Date | NumberKind.Time)]
    [InlineData("[hh]:mm:ss", NumberKind.Elapsed)]
    [InlineData("[mm]:ss", NumberKind.Elapsed)]
    public void KindOf_FormatCode_Kind(string code, object kind) => Assert.Equal((NumberKind)kind, CellFormats.KindOf(code));

    [Theory]
    [InlineData("1", NumberKind.Date, "1900-01-01")]
    [InlineData("59", NumberKind.Date, "1900-02-28")]
    [InlineData("61", NumberKind.Date, "1900-03-01")]
    [InlineData("2958465", NumberKind.Date, "9999-12-31")]
    [InlineData("2958466", NumberKind.Date, "2958466")]
    [InlineData("-1", NumberKind.Date, "-1")]
    [InlineData("45413.25", NumberKind.Date, "2024-05-01T06:00:00")]
    [InlineData("45413.99999999999", NumberKind.Date, "2024-05-02")]
    [InlineData("45413.5", NumberKind.Time, "2024-05-01T12:00:00")]
    [InlineData("0.999988425925926", NumberKind.Time, "23:59:59")]
    [InlineData("1E-7", NumberKind.Number, "0.0000001")]
    [InlineData("-2.5E-7", NumberKind.Number, "-0.00000025")]
    [InlineData("5.0000000000000003E-2", NumberKind.Number, "0.05")]
    [InlineData("1.5E300", NumberKind.Number, "1.5E+300")]
    [InlineData("text", NumberKind.Number, "text")]
    public void Of_Serial_Text(string value, object kind, string expected) =>
        Assert.Equal(expected, SerialText.Of(value, (NumberKind)kind, isDate1904: false));

    // The last day of the calendar has fewer days before it there, and rounding may go beyond it.
    [Theory]
    [InlineData("2957003", true, "9999-12-31")]
    [InlineData("2957004", true, "2957004")]
    [InlineData("2958465.999999999", false, "2958465.999999999")]
    public void Of_EndOfTheCalendar_IsNoDateThatNeverIs(string value, bool isDate1904, string expected) =>
        Assert.Equal(expected, SerialText.Of(value, NumberKind.Date, isDate1904));

    private static string Row(string text) => $"""<row r="1"><c r="A1" t="inlineStr"><is><t>{text}</t></is></c></row>""";

    private static async Task<string> ReadAsync(byte[] file, string? sheet = null)
    {
        var source = new MemorySource(file, new Random(1), 100_000);
        FilePacking packing;
        await using (var opened = await OpenedFile.OpenAsync(source, file.Length, new CsvJobOptions { Sheet = sheet }, default))
            packing = opened.Packing;
        Assert.Equal(PackingKind.Workbook, packing.Kind);
        await using var text = await PackedText.OpenAsync(source, file.Length, packing, 0, default);
        using var copy = new MemoryStream();
        await text.CopyToAsync(copy);
        return Encoding.UTF8.GetString(copy.ToArray());
    }
}
