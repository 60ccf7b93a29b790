using System.Text;
using Serverless.CsvParsing;
using Serverless.TestSupport.Csv;

namespace Serverless.UnitTests.Csv.Parsing;

public sealed class CsvRecordReaderTests
{
    [Theory]
    [InlineData("", "")]
    [InlineData("a", "[a]")]
    [InlineData("a,b", "[a][b]")]
    [InlineData(",", "[][]")]
    [InlineData("\n", "[]")]
    [InlineData("a\n", "[a]")]
    [InlineData("a\nb", "[a] / [b]")]
    [InlineData("a\r\nb\r\n", "[a] / [b]")]
    [InlineData("a\rb\r", "[a] / [b]")]
    [InlineData("a\n\nb", "[a] / [] / [b]")]
    [InlineData("a\r\r\nb", "[a] / [] / [b]")]
    [InlineData("a\n\rb", "[a] / [] / [b]")]
    [InlineData("\"a\"", "[a]")]
    [InlineData("\"\"", "[]")]
    [InlineData("\"\",\"\"", "[][]")]
    [InlineData("\"a,b\",c", "[a,b][c]")]
    [InlineData("\"a\nb\",c\nd", "[a\nb][c] / [d]")]
    [InlineData("\"a\r\nb\"\r\nd", "[a\r\nb] / [d]")]
    [InlineData("\"a\"\"b\"", "[a\"b]")]
    [InlineData("\"\"\"\"", "[\"]")]
    [InlineData("\"\"\"a\"\"\"", "[\"a\"]")]
    [InlineData("a\"b\"c", "[a\"b\"c]")]
    [InlineData("a\"\nb", "[a\"] / [b]")]
    [InlineData(" \"a\"", "[ \"a\"]")]
    [InlineData("\"a\"b", "[ab]")]
    [InlineData("\"a\"b\"c", "[ab\"c]")]
    [InlineData("\"a\"b\"\"c", "[ab\"\"c]")]
    [InlineData("\"a\"\"b\"c,d", "[a\"bc][d]")]
    [InlineData("\"a\" ,b", "[a ][b]")]
    [InlineData("\"a", "[a]!")]
    [InlineData("\"", "[]!")]
    [InlineData("a,\"b\nc\nd,e", "[a][b]! / [c] / [d][e]")]
    [InlineData("\"x\ny\",\"z", "[x]! / [y\"][z]!")]
    [InlineData("\"a\"\"\r\nb", "[a\"]! / [b]")]
    [InlineData("a,\"b\"\"", "[a][b\"]!")]
    public async Task TryRead_Text_Records(string text, string expected)
    {
        var records = await Records.ReadAsync(new MemoryStream(Encoding.UTF8.GetBytes(text)), new CsvDialect());

        Assert.Equal(expected, string.Join(" / ", records.Select(Show)));
    }

    [Fact]
    public async Task TryRead_QuotedLineEnds_CountsPhysicalLines()
    {
        var records = await Records.ReadAsync(new MemoryStream("a\r\n\"b\r\nc\rd\ne\",f\r\rg"u8.ToArray()), new CsvDialect());

        Assert.Equal([1L, 2, 6, 7], records.Select(r => r.Line));
        Assert.Equal([1L, 2, 3, 4], records.Select(r => r.Row));
        Assert.Equal([0L, 3, 16, 17], records.Select(r => r.Position));
    }

    [Fact]
    public async Task TryRead_ManyColumns_ReturnsAll()
    {
        var line = string.Join(',', Enumerable.Range(0, 2_000)) + "\n";

        var records = await Records.ReadAsync(new MemoryStream(Encoding.ASCII.GetBytes(line + line)), new CsvDialect(), CsvLimits.Default);

        Assert.Equal([2_000, 2_000], records.Select(r => r.Fields.Count));
        Assert.Equal("1999"u8.ToArray(), records[1].Fields[^1]);
    }

    [Fact]
    public async Task TryRead_FieldOfTenMegabytes_ReturnsIt()
    {
        var text = $"1,\"{new string('x', 5_000_000)}\n{new string('y', 5_000_000)}\",2\n3,4,5";

        var records = await Records.ReadAsync(new MemoryStream(Encoding.ASCII.GetBytes(text)), new CsvDialect(), CsvLimits.Default);

        Assert.Equal(2, records.Count);
        Assert.Equal(10_000_001, records[0].Fields[1].Length);
        Assert.Equal(3, records[1].Line);
    }

    [Fact]
    public async Task TryRead_QuoteOpenBeyondTheLimit_CutsBackToTheFirstLine()
    {
        var limits = new CsvLimits(16, 64, 64);
        var text = "a,\"b\n" + string.Concat(Enumerable.Repeat("c,d\n", 40)) + "\"\n";

        var records = await Records.ReadAsync(new MemoryStream(Encoding.ASCII.GetBytes(text)), new CsvDialect(), limits);

        Assert.Equal("@0 row 1 line 1 unclosed a,\"b => a | b", records[0].ToString());
        Assert.Equal("@5 row 2 line 2 c,d => c | d", records[1].ToString());
        Assert.Equal(42, records.Count);
        Assert.True(records[^1].Unclosed);
    }

    [Theory]
    [InlineData(64, true)]
    [InlineData(65, false)]
    public async Task TryRead_RecordAtTheLimit_IsWhole(int length, bool whole)
    {
        var text = "\"a\n".PadRight(length - 1, 'x') + "\"\n\"";

        var records = await Records.ReadAsync(new MemoryStream(Encoding.ASCII.GetBytes(text)), new CsvDialect(), new CsvLimits(16, 64, 64));

        Assert.Equal(whole, !records[0].Unclosed);
        Assert.Equal(whole ? 2 : 3, records.Count);
    }

    [Theory]
    [InlineData(1024)]
    [InlineData(4 * 1024 * 1024)]
    public async Task TryRead_EveryLineOpensAQuoteThatRunsOn_LooksAtNoByteOften(int maxRecordBytes)
    {
        // Looking for every line's end anew would take hours.
        const int Lines = 300_000;
        var text = string.Concat(Enumerable.Repeat("a\",\"b\n", Lines));

        var records = await Records.ReadAsync(
            new MemoryStream(Encoding.ASCII.GetBytes(text)), new CsvDialect(), new CsvLimits(4096, maxRecordBytes, 1024));

        Assert.Equal(Lines, records.Count);
        Assert.All(records, r => Assert.True(r.Unclosed));
        Assert.Equal("@6 row 2 line 2 unclosed a\",\"b => a\" | b", records[1].ToString());
    }

    [Fact]
    public async Task TryRead_MoreFieldsThanTheLimit_LeavesTheRestInTheLast()
    {
        var text = string.Join(',', Enumerable.Range(0, 70)) + "\nx,y";

        var records = await Records.ReadAsync(
            new MemoryStream(Encoding.ASCII.GetBytes(text)), new CsvDialect(), new CsvLimits(16, 4096, 64));

        Assert.Equal(64, records[0].Fields.Count);
        Assert.Equal("63,64,65,66,67,68,69"u8.ToArray(), records[0].Fields[^1]);
        Assert.Equal(2, records[1].Fields.Count);
    }

    [Fact]
    public async Task TryRead_LineBeyondTheLimit_Throws()
    {
        var text = "ok\n" + new string('x', 70) + "\n";

        var error = await Assert.ThrowsAsync<CsvFormatException>(() =>
            Records.ReadAsync(new MemoryStream(Encoding.ASCII.GetBytes(text)), new CsvDialect(), new CsvLimits(16, 64, 64)));

        Assert.Equal(3, error.Position);
    }

    [Theory]
    [InlineData('"', '"')]
    [InlineData('\n', '"')]
    [InlineData(',', '\n')]
    [InlineData(',', 'é')]
    [InlineData('\0', '"')]
    public void Constructor_UnusableDialect_Throws(char delimiter, char quote) =>
        Assert.Throws<ArgumentException>(() => new CsvRecordReader(Stream.Null, new CsvDialect($"{delimiter}", quote)));

    [Fact]
    public async Task TryRead_GeneratedFiles_EqualsTheReference()
    {
        for (var seed = 0; seed < 6_000; seed++)
        {
            var file = GeneratedFile.Create(seed);
            var random = new Random(seed);
            var limits = new CsvLimits(random.Next(1, 80), random.Next(3) == 0 ? 170 : 4096, 1024);
            var expected = Try(
                () => Task.FromResult(
                    ReferenceParser.Parse(
                        file.Utf8, file.Dialect.Delimiter[0], file.Dialect.Quote, limits.MaxRecordBytes, file.RawPosition)));

            var actual = Try(() => Records.ReadAsync(new TrickleStream(file.Raw, random, random.Next(1, 100)), file.Dialect, limits));

            Assert.True(await expected == await actual, $"seed {seed}\nexpected\n{await expected}\nactual\n{await actual}");
        }
    }

    private static async Task<string> Try(Func<Task<List<PlainRecord>>> read)
    {
        try
        {
            return string.Join('\n', await read());
        }
        catch (CsvFormatException error)
        {
            return $"line too long at {error.Position}";
        }
    }

    private static string Show(PlainRecord record) =>
        string.Concat(record.Fields.Select(f => $"[{Encoding.UTF8.GetString(f)}]")) + (record.Unclosed ? "!" : "");
}
