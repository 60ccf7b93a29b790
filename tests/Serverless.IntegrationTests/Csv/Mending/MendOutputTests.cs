using System.IO.Compression;
using System.Text;
using System.Text.Json.Nodes;
using Parquet;
using Serverless.Csv.Output;
using Serverless.CsvJobs;
using Serverless.IntegrationTests.Csv.Jobs;
using Serverless.IntegrationTests.Csv.Verification;
using Serverless.TestSupport;

namespace Serverless.IntegrationTests.Csv.Mending;

/// <summary>Partitions and Parquet files are mended to what the corrected files give.</summary>
[Collection(AzuriteTests.Name)]
public sealed class MendOutputTests(AzuriteFixture azurite)
{
    private const string Schema = """{"fields":[{"name":"id","type":"integer"},{"name":"note","type":"string"}]}""";

    private readonly MendPipeline _pipeline = new(azurite);

    [Theory]
    [InlineData(1, CsvOutput.Csv, CsvCompression.None)]
    [InlineData(2, CsvOutput.Jsonl, CsvCompression.Gzip)]
    [InlineData(3, CsvOutput.Parquet, CsvCompression.None)]
    internal async Task Partitions_MendedInRounds_AreWhatTheCorrectedFilesGive(int seed, CsvOutput output, CsvCompression compression)
    {
        var random = new Random(seed);
        string[] places = ["SE", "se", "", "a/b", "ü", "NO", "DK"];
        for (var i = 0; i < 10; i++)
        {
            var known = random.Next(1, places.Length);
            var records = Enumerable.Range(1, random.Next(0, 80)).Select(
                row => (Id: random.Next(4) == 0 ? $"x{row}" : $"{row}", Place: places[random.Next(known)])).ToList();
            var options = new CsvJobOptions(output, Delimiter: ",", Quote: '"', Header: true, ChunkBytes: random.Next(8, 400))
            {
                Compress = compression,
                PartitionBy = "note",
            };
            var (job, _) = await _pipeline.RunAsync(File(records), $"mend/parts-{seed}.csv", options, Schema);
            for (var round = 0; round < 2; round++)
            {
                var sent = new JsonArray();
                foreach (var (n, record) in records.Index().Where(r => r.Item.Id[0] == 'x' && random.Next(2) == 0).ToList())
                {
                    records[n] = (random.Next(5) == 0 ? record.Id + "x" : record.Id[1..].TrimEnd('x'), places[random.Next(places.Length)]);
                    sent.Add(new JsonObject { ["row"] = n + 1, ["raw"] = $"{records[n].Id},{records[n].Place}" });
                }

                if (sent.Count == 0) continue;
                Assert.Null((await _pipeline.MendAsync(job, sent.ToJsonString())).Error);
                await AssertAsync(job, File(records), $"mend/parts-{seed}-new.csv", options);
            }
        }

        static string File(IEnumerable<(string Id, string Place)> records) =>
            "id,note\n" + string.Concat(records.Select(r => $"{r.Id},{r.Place}\n"));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task ParquetFiles_MendedInRounds_HaveTheRecordsOfTheCorrectedFiles(int seed)
    {
        var random = new Random(seed);
        for (var i = 0; i < 10; i++)
        {
            var file = new GeneratedFile(random, ",");
            var options = new CsvJobOptions(
                CsvOutput.Parquet, Delimiter: ",", Quote: '"', Header: true, ChunkBytes: 2 * random.Next(4, 400));
            var (job, _) = await _pipeline.RunAsync(file.Text(","), $"mend/parquet-{seed}.csv", options, Schema);
            var done = new HashSet<long>();
            foreach (var rows in file.Mended.Keys.Chunk(Math.Max(1, (file.Mended.Count + 1) / 2)))
            {
                Assert.Null((await _pipeline.MendAsync(job, file.Body(rows, asJson: true))).Error);
                done.UnionWith(rows);
                await AssertAsync(job, file.Text(",", done.Contains), $"mend/parquet-{seed}-new.csv", options);
            }
        }
    }

    [Fact]
    public async Task ParquetBlock_OfSeveralRowGroups_IsRewrittenWhereARecordComes()
    {
        const int count = 700_000;
        const string note = "a text that makes a record large and packs well";
        var wrong = new StringBuilder("id,note\n");
        for (var row = 1; row <= count; row++)
            wrong.Append(row % 150_000 == 0 ? "x" : "").Append(row % 1000).Append(',').Append(note).Append('\n');
        var options = new CsvJobOptions(CsvOutput.Parquet, Delimiter: ",", Quote: '"', Header: true, ChunkBytes: 64 << 20);
        var (job, before) = await _pipeline.RunAsync(wrong.ToString(), "mend/groups.csv", options, Schema);
        await using var reader = await ParquetReader.CreateAsync(new MemoryStream(before["clean.parquet"]));
        Assert.True(reader.RowGroupCount > 1, $"{reader.RowGroupCount} row groups");

        var round = await _pipeline.MendAsync(job, """[{"row":150000,"raw":"-1,b"},{"row":600000,"raw":"-2,b"}]""");

        Assert.Equal(2, round.Accepted);
        var expected = Enumerable.Range(1, count).Where(r => r % 150_000 != 0 || r is 150_000 or 600_000)
            .Select(r => r switch { 150_000 => "-1|b", 600_000 => "-2|b", _ => $"{r % 1000}|{note}" });
        Assert.True(expected.SequenceEqual(await ParquetRecords.ReadAsync((await _pipeline.ReadAsync(job))["clean.parquet"])));
    }

    // The outputs of the corrected file, by their records: where row groups and members of gzip end, ranges say.
    private async Task AssertAsync(string job, string corrected, string path, CsvJobOptions options)
    {
        var (_, expected) = await _pipeline.RunAsync(corrected, path, options, Schema);
        var mended = await _pipeline.ReadAsync(job);
        Assert.Equal(expected.Keys.Order(StringComparer.Ordinal), mended.Keys.Order(StringComparer.Ordinal));
        Assert.Equal(Outcome.Text(expected, "rejects.csv"), Outcome.Text(mended, "rejects.csv"));
        foreach (var name in expected.Keys.Where(n => n.StartsWith("clean", StringComparison.Ordinal)))
            Assert.Equal(await ReadRecordsAsync(name, expected[name]), await ReadRecordsAsync(name, mended[name]));
        Outcome.AssertSame(expected, mended);
        var verification = await VerifiedOutputs.VerifyAsync(mended, input: null);
        Assert.Empty(verification.Differences);
    }

    private static async Task<IReadOnlyList<string>> ReadRecordsAsync(string name, byte[] content)
    {
        if (name.EndsWith(".parquet", StringComparison.Ordinal)) return await ParquetRecords.ReadAsync(content);
        if (!name.EndsWith(".gz", StringComparison.Ordinal)) return [Encoding.UTF8.GetString(content)];
        await using var unpacked = new GZipStream(new MemoryStream(content), CompressionMode.Decompress);
        using var reader = new StreamReader(unpacked);
        return [await reader.ReadToEndAsync()];
    }
}
