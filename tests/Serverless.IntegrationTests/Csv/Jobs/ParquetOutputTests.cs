using System.Text;
using System.Text.Json.Nodes;
using Parquet;
using Serverless.Csv.Output;
using Serverless.CsvJobs;
using Serverless.CsvJobs.Store;
using Serverless.IntegrationTests.Csv.Mending;
using Serverless.Storage;
using Serverless.TestSupport;

namespace Serverless.IntegrationTests.Csv.Jobs;

/// <summary>The ranges of a job make one Parquet file, with the records of the other formats in their order.</summary>
[Collection(AzuriteTests.Name)]
public sealed class ParquetOutputTests(AzuriteFixture azurite)
{
    private const string Schema = """{"fields":[{"name":"id","type":"integer"},{"name":"note","type":"string"}]}""";

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task GeneratedFiles_WhoseRangesAreKilledAndReadAgain_HaveAllRecordsInOrder(int seed)
    {
        var random = new Random(seed);
        for (var i = 0; i < 8; i++)
        {
            var file = Encoding.UTF8.GetBytes(new GeneratedFile(random, ",").Text(","));
            var options = new CsvJobOptions(
                CsvOutput.Jsonl, Delimiter: ",", Quote: '"', Header: true, ChunkBytes: 2 * random.Next(4, 300));
            var pipeline = new CsvPipeline(azurite);
            var plain = await pipeline.RunAsync(file, $"parquet/{seed}.csv", options, Schema);
            pipeline.DyingRanges = () => new DyingWriter(random.Next(1, 5), random.Next(2) == 0).Open(azurite.ConnectionString);

            var outputs = await pipeline.RunAsync(
                file, $"parquet/{seed}.csv", options with { Output = CsvOutput.Parquet }, Schema);

            var lines = Encoding.UTF8.GetString(plain["clean.jsonl"]).Split('\n', StringSplitOptions.RemoveEmptyEntries);
            Assert.Equal(
                lines.Select(l => JsonNode.Parse(l)!).Select(r => ((long?)r["id"], (string?)r["note"])),
                await ReadAsync(outputs["clean.parquet"]));
            Assert.Equal(5, outputs.Count);
        }
    }

    [Fact]
    public async Task Job_OfManyRanges_WritesOneFile()
    {
        await using var host = await CsvHost.StartAsync(azurite);
        var text = "id,note\n" + string.Concat(Enumerable.Range(1, 2_000).Select(i => i % 100 == 0 ? "x,\n" : $"{i},n{i % 7}\n"));
        var options = new JsonObject { ["chunkBytes"] = 300, ["output"] = "parquet", ["schema"] = JsonNode.Parse(Schema) };

        var job = await host.RunAsync("parquet/job.csv", Encoding.UTF8.GetBytes(text), options);

        Assert.Equal(CsvJobState.Completed, job.State);
        var output = Assert.Single(job.Outputs, o => o.Name.Contains("/clean", StringComparison.Ordinal)).Name;
        Assert.EndsWith("/clean.parquet", output, StringComparison.Ordinal);
        var processed = (await azurite.Containers.GetAllAsync(Containers.Processed))[0];
        var content = await processed.GetBlobClient(output[(Containers.Processed.Length + 1)..]).DownloadContentAsync();
        Assert.Equal("application/vnd.apache.parquet", content.Value.Details.ContentType);
        Assert.Equal(
            Enumerable.Range(1, 2_000).Where(i => i % 100 != 0).Select(i => ((long?)i, (string?)$"n{i % 7}")),
            await ReadAsync(content.Value.Content.ToArray()));
    }

    private static async Task<List<(long? Id, string? Note)>> ReadAsync(byte[] file)
    {
        var records = new List<(long?, string?)>();
        using var stream = new MemoryStream(file);
        await using var reader = await ParquetReader.CreateAsync(stream);
        for (var i = 0; i < reader.RowGroupCount; i++)
        {
            using var group = reader.OpenRowGroupReader(i);
            var ids = new long?[group.RowCount];
            var notes = new ReadOnlyMemory<char>?[group.RowCount];
            await group.ReadAsync<long>(reader.Schema.DataFields[0], ids.AsMemory());
            await group.ReadAsync<ReadOnlyMemory<char>>(reader.Schema.DataFields[1], notes.AsMemory());
            records.AddRange(ids.Zip(notes.Select(n => n?.ToString())));
        }

        Assert.Equal(records.Count, reader.Metadata!.NumRows);
        return records;
    }
}
