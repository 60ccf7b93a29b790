using System.Text;
using Serverless.CsvParsing;
using Serverless.TestSupport.Csv;
using Serverless.UnitTests.Csv.Ranges;

namespace Serverless.UnitTests.Csv.Parsing;

public sealed class RareDialectTests
{
    private static readonly CsvDialect Escaped = new() { Escape = '\\', IsEscapeGiven = true };
    private static readonly CsvDialect EscapeFound = new() { Escape = '\\' };

    [Theory]
    [InlineData(@"1,""say \""hi\"" twice""", "1 | say \"hi\" twice")]
    [InlineData(@"2,""a \""b\"", c""", "2 | a \"b\", c")]
    [InlineData(@"3,""C:\\""", @"3 | C:\")]
    [InlineData(@"4,""C:\temp\x""", @"4 | C:\temp\x")]
    [InlineData(@"5,""a """"b""""""", "5 | a \"b\"")]
    public async Task TryRead_EscapeBetweenQuotes_IsOneFoundOrGiven(string text, string fields)
    {
        Assert.Equal([fields], await FieldsAsync(text, Escaped));
        Assert.Equal([fields], await FieldsAsync(text, EscapeFound));
    }

    [Theory]
    [InlineData("a\\,b,c", "a,b | c", "a\\ | b | c")]
    [InlineData("a\\\nb,c", "a\nb | c", "a\\ ; b | c")]
    [InlineData("a\\\r\nb,c", "a\r\nb | c", "a\\ ; b | c")]
    [InlineData("\\N,c", "\\N | c", "\\N | c")]
    [InlineData("a\\\\,c", "a\\ | c", "a\\\\ | c")]
    [InlineData("a,b\\", "a | b\\", "a | b\\")]
    [InlineData("\\\"a,b\\\"", "\"a | b\"", "\\\"a | b\\\"")]
    public async Task TryRead_EscapeWithoutQuotes_CountsOnlyWhereItWasGiven(string text, string given, string found)
    {
        Assert.Equal(given, string.Join(" ; ", await FieldsAsync(text, Escaped)));
        Assert.Equal(found, string.Join(" ; ", await FieldsAsync(text, EscapeFound)));
    }

    [Theory]
    [InlineData("||", "a||b|c||d", "a | b|c | d")]
    [InlineData("||", "\"a||b\"||c|||d", "a||b | c | |d")]
    [InlineData("::", "1::a:b::2", "1 | a:b | 2")]
    [InlineData("\u0001", "1\u0001\\N\u0001x,y", "1 | \\N | x,y")]
    [InlineData("¦", "a¦b;c¦", "a | b;c | ")]
    [InlineData("<|>", "a<|>b<c", "a | b<c")]
    public async Task TryRead_Delimiter_OfAnyLength(string delimiter, string text, string fields) =>
        Assert.Equal([fields], await FieldsAsync(text, new CsvDialect(delimiter)));

    [Fact]
    public async Task TryRead_NoQuote_EveryQuoteIsACharacter() =>
        Assert.Equal(
            ["\"a | b\"", "5\" | \"\"", "\0x | \""], await FieldsAsync(
                "\"a,b\"\n5\",\"\"\n\0x,\"", new CsvDialect(Quote: CsvDialect.None)));

    [Fact]
    public async Task TryRead_NoDoubleQuote_TheSecondIsText() =>
        Assert.Equal(["a\"b\" | c", "d\" | e"], await FieldsAsync("\"a\"\"b\",c\n\"d\\\"\",e", Escaped with { DoubleQuote = false }));

    [Fact]
    public async Task TryRead_SkipInitialSpace_LeavesInnerAndLastSpaces() =>
        Assert.Equal(
            ["a | b, c | d e  | ", "f"], await FieldsAsync("  a, \"b, c\",  d e ,  \n f", new CsvDialect { SkipInitialSpace = true }));

    [Fact]
    public async Task TryRead_Comments_AreNoRecordsAndCountAsLines()
    {
        var text = "# top, \"open\na,#b\n#\n\"x\n# inside\ny\",1\n  # not one\r\n# last";

        using var reader = new CsvRecordReader(new MemoryStream(Encoding.UTF8.GetBytes(text)), new CsvDialect { Comment = "#" });
        var records = new List<string>();
        do
        {
            while (reader.TryRead()) records.Add($"{reader.Row}@{reader.Line} {Encoding.UTF8.GetString(reader.Current.Raw)}");
        }
        while (await reader.FillAsync(default));

        Assert.Equal(["1@2 a,#b", "2@4 \"x\n# inside\ny\",1", "3@7   # not one"], records);
        Assert.Equal((3, text.Length, 9), (reader.Comments, reader.NextPosition, reader.NextLine));
    }

    [Fact]
    public async Task TryRead_CommentsThatWereFound_SpareWhatLooksLikeARecord() =>
        Assert.Equal(
            ["a | b", "#1 | c"], await FieldsAsync(
                "# x\na,b\n#1,c\n#, two, commas\n", new CsvDialect { Comment = "#", CommentColumns = 2 }));

    [Theory]
    [InlineData(",", '"', '"', "")]
    [InlineData(",", '"', ',', "")]
    [InlineData("\\|", '"', '\\', "")]
    [InlineData("a\"b", '"', '\0', "")]
    [InlineData(",", '"', '\0', ",#")]
    [InlineData(",", '"', '\0', "\"")]
    [InlineData("", '"', '\0', "")]
    [InlineData("12345678901234567", '"', '\0', "")]
    [InlineData("\ud800", '"', '\0', "")]
    [InlineData(",", '"', 'é', "")]
    [InlineData(",", '"', '\0', "#\n")]
    public void Constructor_PartsThatCannotBeTold_Throws(string delimiter, char quote, char escape, string comment) =>
        Assert.Throws<ArgumentException>(
            () => new CsvRecordReader(Stream.Null, new CsvDialect(delimiter, quote) { Escape = escape, Comment = comment }));

    [Fact]
    public async Task TryRead_GeneratedFiles_EqualsTheReference()
    {
        for (var seed = 0; seed < 6_000; seed++)
        {
            var file = RareFile.Create(seed);
            var limits = new CsvLimits(1 + seed % 40, seed % 4 == 0 ? 60 : 4096, 1024);
            var expected = await TryAsync(
                () => Task.FromResult(new RareReferenceParser(file.Dialect, file.Utf8).Parse(limits.MaxRecordBytes)));
            var actual = await TryAsync(
                () => Records.ReadAsync(new TrickleStream(file.Raw, new Random(seed), 1 + seed % 30), file.Dialect, limits));
            Assert.True(
                expected == actual,
                $"seed {seed}, {file.Dialect}\n{Encoding.UTF8.GetString(file.Utf8)}\nexpected\n{expected}\nactual\n{actual}");
        }
    }

    [Fact]
    public async Task Chain_GeneratedFilesWithBordersAtEveryByte_EqualsOneSequentialRead()
    {
        for (var seed = 0; seed < 800; seed++)
        {
            var file = RareFile.Create(seed);
            var random = new Random(seed);
            var limits = new CsvLimits(random.Next(1, 60), random.Next(4) == 0 ? 170 : 4096, 1024);
            List<PlainRecord> expected;
            try
            {
                expected = new RareReferenceParser(file.Dialect, file.Utf8).Parse(limits.MaxRecordBytes);
            }
            catch (CsvFormatException)
            {
                continue;
            }

            foreach (var rangeBytes in file.Raw.Length <= 40
                ? Enumerable.Range(1, Math.Max(1, file.Raw.Length)) : [1, random.Next(2, 9), random.Next(9, 60)])
            {
                var actual = await new ChainedReading(file, limits, random).ReadAsync(0, 0, rangeBytes);
                var (wanted, got) = (Text(expected), Text(actual));
                Assert.True(wanted == got, $"seed {seed}, ranges of {rangeBytes}, {file.Dialect}\nexpected\n{wanted}\nactual\n{got}");
            }
        }
    }

    private static async Task<string> TryAsync(Func<Task<List<PlainRecord>>> read)
    {
        try
        {
            return Text(await read());
        }
        catch (CsvFormatException)
        {
            return "too long";
        }
    }

    // What was cut back is refused whole: its fields are nobody's.
    private static string Text(IEnumerable<PlainRecord> records) =>
        string.Join('\n', records.Select(r => r.Unclosed ? r with { Fields = [] } : r));

    private static async Task<List<string>> FieldsAsync(string text, CsvDialect dialect)
    {
        var records = await Records.ReadAsync(new MemoryStream(Encoding.UTF8.GetBytes(text)), dialect);
        return [.. records.Select(r => string.Join(" | ", r.Fields.Select(f => Encoding.UTF8.GetString(f))))];
    }
}
