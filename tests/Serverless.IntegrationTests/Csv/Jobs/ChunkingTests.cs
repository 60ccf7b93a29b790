using System.IO.Compression;
using System.Text;
using Serverless.Csv.Output;
using Serverless.CsvJobs;
using Serverless.CsvParsing.Encodings;
using Serverless.TestSupport;

namespace Serverless.IntegrationTests.Csv.Jobs;

/// <summary>However a file is cut, what comes out is what one reader alone would write.</summary>
[Collection(AzuriteTests.Name)]
public sealed class ChunkingTests(AzuriteFixture azurite)
{
    private readonly CsvPipeline _pipeline = new(azurite);

    public static TheoryData<string, string> Files => new()
    {
        { "plain", "id,name\n1,Ann\n2,Bob\nx,Eve\n4,Dan\n" },
        { "no final newline", "id,name\n1,Ann\n2,Bob" },
        { "crlf", "id,name\r\n1,Ann\r\n2,Bob\r\n\r\n3,Eve\r\n" },
        { "cr", "id,name\r1,Ann\r2,Bob\r3,Eve\r" },
        { "mixed", "id,name\n1,Ann\r\n2,Bob\r3,Eve\n\n\r4,Dan" },
        { "quoted newlines", "id,name\n1,\"A\nn,\n\"\"n\"\n2,\"B\r\n\r\nob\"\n3,\"\n\n\n\n\n\n\n\n\n\n\"\n4,Dan\n" },
        { "unclosed quote", "id,name\n1,Ann\n2,\"Bob\n3,Eve\n4,Dan\n" },
        { "quotes inside", "id,name\n1,A\"nn\n2,B\"\"ob\n3,\"E\"ve\n4,5\"\n" },
        { "ragged", "id,name\n1\n2,Bob,x\n3,Eve\n,\n" },
        { "nul", "id,name\n1,A\0nn\n2,\0\n" },
        { "empty", "" },
        { "header only", "id,name\n" },
        { "header only, no newline", "id,name" },
        { "blank", "\n\n\n" },
        { "quoted header", "\"i\nd\",\"na\"\"me\"\n1,Ann\nx y,Bob\n" },
        { "duplicate and blank headers", "a,a,,b\n1,2,3,4\n5,6,7,8\n" },
    };

    [Theory]
    [MemberData(nameof(Files))]
    public async Task AnyChunkSize_SameBytes(string name, string text)
    {
        var path = name.Replace(' ', '-') + ".csv";
        var file = Encoding.UTF8.GetBytes(text);
        var options = new CsvJobOptions(Delimiter: ",", Quote: '"', Header: true);
        var whole = await _pipeline.RunAsync(file, path, options with { ChunkBytes = 1 << 20 });

        foreach (var chunkBytes in (int[])[2, 6, 14, 26])
        {
            var cut = await _pipeline.RunAsync(file, path, options with { ChunkBytes = chunkBytes });
            AssertSame(whole, cut, $"{name} in ranges of {chunkBytes} bytes");
        }
    }

    [Theory]
    [InlineData(CsvEncoding.Utf16LittleEndian)]
    [InlineData(CsvEncoding.Utf16BigEndian)]
    [InlineData(CsvEncoding.Windows1252)]
    internal async Task AnyEncoding_SameBytes(CsvEncoding encoding)
    {
        const string text = "id,name\n1,\"Ä\nn\"\n2,Bøb\nö,Eve\n4,Dän\n";
        var options = new CsvJobOptions(Delimiter: ",", Quote: '"', Header: true);
        var whole = await _pipeline.RunAsync(Encoding.UTF8.GetBytes(text), "utf8.csv", options);
        Encoding encoder = encoding switch
        {
            CsvEncoding.Windows1252 => Encoding.Latin1,
            CsvEncoding.Utf16BigEndian => Encoding.BigEndianUnicode,
            _ => Encoding.Unicode,
        };
        byte[] file = [.. encoder.GetPreamble(), .. encoder.GetBytes(text)];

        foreach (var chunkBytes in (int[])[2, 6, 10, 1 << 20])
        {
            var cut = await _pipeline.RunAsync(file, $"{encoding}.csv", options with { Encoding = encoding, ChunkBytes = chunkBytes });
            AssertSame(whole, cut, $"{encoding} in ranges of {chunkBytes} bytes");
        }
    }

    [Fact]
    public async Task Gzip_SameBytes()
    {
        var file = Encoding.UTF8.GetBytes("id,name\n1,Ann\nx,\"B\nob\"\n3,Eve\n\n");
        var whole = await _pipeline.RunAsync(file, "plain.csv", new CsvJobOptions());
        using var compressed = new MemoryStream();
        await using (var gzip = new GZipStream(compressed, CompressionLevel.Fastest)) await gzip.WriteAsync(file);

        AssertSame(whole, await _pipeline.RunAsync(compressed.ToArray(), "plain.csv.gz", new CsvJobOptions()), "gzip");
    }

    [Fact]
    public async Task RandomFiles_SameBytes()
    {
        var random = new Random(20261124);
        for (var i = 0; i < 25; i++)
        {
            var file = RandomFile(random);
            var options = new CsvJobOptions(
                random.Next(2) == 0 ? CsvOutput.Csv : CsvOutput.Jsonl, Delimiter: ",", Quote: '"', Header: true);
            var whole = await _pipeline.RunAsync(file, "random.csv", options with { ChunkBytes = 1 << 20 });
            var cut = await _pipeline.RunAsync(file, "random.csv", options with { ChunkBytes = 2 * random.Next(1, 20) });
            AssertSame(whole, cut, $"file {i}: {Encoding.UTF8.GetString(file)}");
        }
    }

    private static byte[] RandomFile(Random random)
    {
        string[] pieces = [",", "\n", "\r\n", "\r", "\"", "\"\"", "a", "1", "2.5", "é", "\0", " ", ",\"", "\"\n", "x,y\n", "1,2\n"];
        var text = new StringBuilder("id,name\n");
        for (var i = random.Next(5, 60); i > 0; i--) text.Append(pieces[random.Next(pieces.Length)]);
        return Encoding.UTF8.GetBytes(text.ToString());
    }

    private static void AssertSame(Dictionary<string, byte[]> whole, Dictionary<string, byte[]> cut, string what)
    {
        foreach (var name in whole.Keys.Union(cut.Keys).Where(n => n is not ("summary.json" or "report.html")))
            Assert.True(
                whole[name].AsSpan()
                    .SequenceEqual(
                        cut[name]),
                        $"{name} differs for {what}:\n{Encoding.UTF8.GetString(whole[name])}\n---\n{Encoding.UTF8.GetString(cut[name])}");
    }
}
