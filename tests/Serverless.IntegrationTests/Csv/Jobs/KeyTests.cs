using System.Globalization;
using System.IO.Compression;
using System.Text;
using System.Text.Json.Nodes;
using Serverless.CsvJobs;
using Serverless.CsvJobs.Store;
using Serverless.CsvParsing;
using Serverless.TestSupport;
using Serverless.TestSupport.Csv;

namespace Serverless.IntegrationTests.Csv.Jobs;

/// <summary>
/// Primary keys and unique columns: whatever the ranges and however little memory, what one reader that remembers everything would find.
/// </summary>
[Collection(AzuriteTests.Name)]
public sealed class KeyTests(AzuriteFixture azurite)
{
    private const string Schema = """
        {"fields": [
          {"name": "id", "type": "integer"},
          {"name": "code", "x-clean": ["trim"], "constraints": {"unique": true}},
          {"name": "amount", "type": "number", "constraints": {"unique": true}},
          {"name": "note"}],
         "primaryKey": "id"}
        """;

    private readonly CsvPipeline _pipeline = new(azurite);

    [Fact]
    public Task RandomFiles_AnyChunking_AreWhatOneReaderFinds() => CheckRandomFilesAsync(15);

    [Theory]
    [InlineData(1)]
    [InlineData(5)]
    public Task RandomFiles_KeysThatShareAHash_AreToldApart(uint hashes)
    {
        _pipeline.Hashing = WeakHashing.Of(hashes);
        return CheckRandomFilesAsync(5);
    }

    private async Task CheckRandomFilesAsync(int files)
    {
        var random = new Random(20261125);
        for (var i = 0; i < files; i++)
        {
            var rows = Enumerable.Range(0, random.Next(1, 60)).Select(_ => Row(random)).ToList();
            var file = Encoding.UTF8.GetBytes("id,code,amount,note\n" + string.Concat(rows.Select(r => string.Join(',', r) + "\n")));
            var options = new CsvJobOptions(Delimiter: ",", Quote: '"', Header: true);
            var expected = Expected(rows);

            foreach (var chunkBytes in (int[])[1 << 20, 2 * random.Next(1, 20), 2 * random.Next(20, 200)])
            {
                _pipeline.Settings.KeysInMemory = random.Next(1, 30);
                var outputs = await _pipeline.RunAsync(file, "keys.csv", options with { ChunkBytes = chunkBytes }, Schema);
                var found = Rejects(outputs["rejects.csv"]);
                Assert.True(
                    expected.SequenceEqual(
                        found),
                        $"file {i} in ranges of {chunkBytes} bytes:\n{Encoding.UTF8.GetString(file)}\nexpected " +
                        $"{string.Join(' ', expected)}\nfound {string.Join(' ', found)}");
                var accepted = -1;
                NaiveCsv.Read(outputs["clean.csv"], (in CsvRecord _) => accepted++);
                Assert.Equal(rows.Count - expected.Count, accepted);
            }
        }
    }

    [Fact]
    public async Task ManyDuplicates_MoreThanABuffer_AllAreRejected()
    {
        var file = Encoding.UTF8.GetBytes("id\n" + string.Concat(Enumerable.Range(0, 20_000).Select(i => $"{i % 3}\n")));
        const string schema = """{"fields": [{"name": "id", "type": "integer", "constraints": {"unique": true}}]}""";

        var outputs = await _pipeline.RunAsync(file, "many.csv", new CsvJobOptions(Header: true, ChunkBytes: 9_000), schema);

        Assert.Equal("id\n0\n1\n2\n", Encoding.UTF8.GetString(outputs["clean.csv"]));
        Assert.Equal(19_997, Rejects(outputs["rejects.csv"]).Count);
    }

    [Fact]
    public async Task CommentsBeforeRecords_AnyChunking_HideNoKey()
    {
        var file = Encoding.UTF8.GetBytes(
            "id\n# first\n" + string.Concat(Enumerable.Range(0, 40).Select(i => $"{i % 30}\n{(i % 3 == 0 ? "# a comment\n" : "")}")));
        const string schema = """{"fields": [{"name": "id", "type": "integer", "constraints": {"unique": true}}]}""";

        for (var chunkBytes = 4; chunkBytes < 60; chunkBytes += 5)
        {
            var options = new CsvJobOptions(Delimiter: ",", Header: true, ChunkBytes: chunkBytes) { Comment = "#" };
            var outputs = await _pipeline.RunAsync(file, "comments.csv", options, schema);
            Assert.Equal(Enumerable.Range(31, 10), Rejects(outputs["rejects.csv"]).Select(r => (int)r.Row));
        }
    }

    [Fact]
    public async Task CompositeKey_AsAJob_IsExact()
    {
        await using var host = await CsvHost.StartAsync(
            azurite, settings: new() { ["Csv:RangesPerFold"] = "3", ["Csv:KeysInMemory"] = "5" });
        var file = "order,line,note\n1,1,\"a\nb\"\n1,2,b\n2,1,c\n1,2,d\n2,,e\n1,2,f\n"u8.ToArray();
        var schema = JsonNode.Parse(
            """{"fields": [{"name": "order", "type": "integer"}, {"name": "line", "type": "integer"}, {"name": "note"}], "primaryKey": ["order", "line"]}""");

        var status = await host.RunAsync(
            "keys/composite.csv", file, new JsonObject { ["schema"] = schema, ["header"] = true, ["chunkBytes"] = 6 });

        Assert.Equal((CsvJobState.Completed, null, 6, 3), (status.State, status.Error, status.Total, status.Accepted));
        Assert.Equal("order,line,note\n1,1,\"a\nb\"\n1,2,b\n2,1,c\n", await host.ReadAsync(status, "clean.csv"));
        Assert.Equal(
            """
            row,line,field,code,message,raw
            4,6,,primary-key,"expected a primary key (order, line) of its own, found ""1"", ""2"" once more","1,2,d"
            5,7,line,constraint-error,"expected a value, for the column is required, found nothing","2,,e"
            6,8,,primary-key,"expected a primary key (order, line) of its own, found ""1"", ""2"" once more","1,2,f"

            """,
            await host.ReadAsync(status, "rejects.csv"));
        var written = JsonNode.Parse(await host.ReadAsync(status, "schema.json"))!;
        Assert.Equal(["order", "line"], written["primaryKey"]!.AsArray().Select(n => (string)n!));
    }

    [Fact]
    public async Task CompressedFile_AsAJob_IsExact()
    {
        await using var host = await CsvHost.StartAsync(azurite);
        using var compressed = new MemoryStream();
        await using (var gzip = new GZipStream(compressed, CompressionLevel.Fastest)) await gzip.WriteAsync("a\nx\ny\nx\n"u8.ToArray());
        var schema = JsonNode.Parse("""{"fields": [{"name": "a", "constraints": {"unique": true}}]}""");

        var status = await host.RunAsync("keys/a.csv.gz", compressed.ToArray(), new JsonObject { ["schema"] = schema, ["header"] = true });

        Assert.Equal("a\nx\ny\n", await host.ReadAsync(status, "clean.csv"));
        Assert.Contains("3,4,a,unique-error,", await host.ReadAsync(status, "rejects.csv"), StringComparison.Ordinal);
    }

    // Small domains, so that keys meet; some values are missing, and some of no use.
    private static string[] Row(Random random) =>
    [
        random.Next(12) == 0 ? "x" : random.Next(40).ToString(CultureInfo.InvariantCulture),
        random.Next(4) == 0 ? "" : random.Next(3) == 0 ? $" k{random.Next(25)} " : $"k{random.Next(25)}",
        random.Next(5) switch
        {
            0 => "",
            1 => $"{random.Next(30)}.0",
            2 => $"{random.Next(30)}e0",
            3 => $"{random.Next(30)}.{random.Next(100)}",
            _ => $"{random.Next(30)}",
        },
        random.Next(3) == 0 ? "\"a\n,\"\"b\"" : "",
    ];

    /// <summary>Row, field and code of each reject, by remembering everything.</summary>
    private static List<(long Row, string Field, string Code)> Expected(List<string[]> rows)
    {
        var (ids, codes, amounts) = (new HashSet<string>(), new HashSet<string>(), new HashSet<decimal>());
        var rejects = new List<(long, string, string)>();
        for (var i = 0; i < rows.Count; i++)
        {
            var (id, code, amount) = (rows[i][0], rows[i][1].Trim(), rows[i][2]);
            if (id == "x")
            {
                rejects.Add((i + 1, "id", "type-error"));
                continue;
            }

            // All keys of a record are seen, also of one that is refused for another key.
            var newId = ids.Add(id);
            var newCode = code.Length == 0 || codes.Add(code);
            var newAmount = amount.Length == 0 || amounts.Add(decimal.Parse(amount, NumberStyles.Float, CultureInfo.InvariantCulture));
            if (!newId) rejects.Add((i + 1, "id", "primary-key"));
            else if (!newCode) rejects.Add((i + 1, "code", "unique-error"));
            else if (!newAmount) rejects.Add((i + 1, "amount", "unique-error"));
        }

        return rejects;
    }

    private static List<(long Row, string Field, string Code)> Rejects(byte[] file)
    {
        var rejects = new List<(long, string, string)>();
        NaiveCsv.Read(file, (in CsvRecord record) =>
        {
            if (record.Row > 1)
                rejects.Add(
                    (long.Parse(record[0], CultureInfo.InvariantCulture), Encoding.UTF8.GetString(record[2]), Encoding.UTF8.GetString(
                        record[3])));
        });
        return rejects;
    }
}
