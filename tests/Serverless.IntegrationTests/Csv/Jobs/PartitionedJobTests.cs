using System.IO.Compression;
using System.Text;
using System.Text.Json.Nodes;
using Serverless.Csv.Output;
using Serverless.CsvJobs;
using Serverless.CsvJobs.Store;
using Serverless.IntegrationTests.Csv.Mending;
using Serverless.IntegrationTests.Csv.Verification;
using Serverless.TestSupport;

namespace Serverless.IntegrationTests.Csv.Jobs;

/// <summary>Partitions have the records of the plain output, each those of its value, in their order.</summary>
[Collection(AzuriteTests.Name)]
public sealed class PartitionedJobTests(AzuriteFixture azurite)
{
    private const string Schema = """{"fields":[{"name":"id","type":"integer"},{"name":"place"}]}""";

    private static readonly string[] Places = ["SE", "se", "", "../../x", "a/b", "__HIVE_DEFAULT_PARTITION__", "\"say \"\"so\"\"\"", "ü"];

    [Theory]
    [InlineData(1, CsvCompression.None)]
    [InlineData(2, CsvCompression.Gzip)]
    internal async Task GeneratedFiles_WhoseRangesAreKilledAndReadAgain_HaveEachRecordInItsPartition(int seed, CsvCompression compression)
    {
        var random = new Random(seed);
        for (var i = 0; i < 6; i++)
        {
            var lines = Enumerable.Range(1, random.Next(0, 150))
                .Select(n => $"{(random.Next(9) == 0 ? "x" : n)},{Places[random.Next(Places.Length)]}\n");
            var file = Encoding.UTF8.GetBytes("id,place\n" + string.Concat(lines));
            var options = new CsvJobOptions(Delimiter: ",", Quote: '"', Header: true, ChunkBytes: 2 * random.Next(20, 300));
            var pipeline = new CsvPipeline(azurite);
            var plain = await pipeline.RunAsync(file, $"parts/{seed}.csv", options, Schema);
            pipeline.DyingRanges = () => new DyingWriter(random.Next(1, 8), random.Next(2) == 0).Open(azurite.ConnectionString);

            var outputs = await pipeline.RunAsync(
                file, $"parts/{seed}.csv", options with { PartitionBy = "place", Compress = compression }, Schema);

            var expected = Encoding.UTF8.GetString(plain["clean.csv"]).Split('\n')[1..^1]
                .GroupBy(l => l[(l.IndexOf(',', StringComparison.Ordinal) + 1)..])
                .ToDictionary(
                    g => NameOf(g.Key) + (compression == CsvCompression.Gzip ? ".gz" : ""),
                    g => "id,place\n" + string.Concat(g.Select(l => l + "\n")), StringComparer.Ordinal);
            var found = outputs.Where(o => o.Key.StartsWith("clean", StringComparison.Ordinal)).Select(
                o => KeyValuePair.Create(o.Key, Text(o.Key, o.Value)));
            Assert.Equal(expected.OrderBy(e => e.Key, StringComparer.Ordinal), found.OrderBy(f => f.Key, StringComparer.Ordinal));
            Assert.Equal(plain["rejects.csv"], outputs["rejects.csv"]);
            var verification = await VerifiedOutputs.VerifyAsync(outputs, file);
            Assert.Empty(verification.Differences);
            Assert.Equal(outputs.Count, verification.Files.Count);
        }
    }

    [Theory]
    [InlineData("place", "jsonl", 501, "The column place has more than 500 values, and partitionBy makes a file of each")]
    [InlineData("country", "csv", 1, "partitionBy names the column country, which the file has not.")]
    [InlineData("price", "csv", 1, "partitionBy names the column price of the type number")]
    public async Task Job_OfTooManyValuesOrAnotherColumn_FailsAndSaysSo(string column, string output, int values, string error)
    {
        await using var host = await CsvHost.StartAsync(azurite);
        var file = "place,price\n" + string.Concat(Enumerable.Range(0, 501).Select(i => $"p{i % values},1\n"));
        var options = new JsonObject
        {
            ["partitionBy"] = column,
            ["output"] = output,
            ["chunkBytes"] = 2_000,
            ["schema"] = JsonNode.Parse("""{"fields":[{"name":"place"},{"name":"price","type":"number"}]}"""),
        };

        var job = await host.RunAsync($"parts/{column}-{values}.csv", Encoding.UTF8.GetBytes(file), options);

        Assert.Equal(CsvJobState.Failed, job.State);
        Assert.Contains(error, job.Error, StringComparison.Ordinal);
        Assert.Empty(job.Outputs);
    }

    private static string NameOf(string cell) => $"clean/place={cell switch
    {
        "" => "__HIVE_DEFAULT_PARTITION__",
        "../../x" => "..%2F..%2Fx",
        "a/b" => "a%2Fb",
        "__HIVE_DEFAULT_PARTITION__" => "%5F_HIVE_DEFAULT_PARTITION__",
        "\"say \"\"so\"\"\"" => "say%20%22so%22",
        "ü" => "%C3%BC",
        _ => cell,
    }}/records.csv";

    private static string Text(string name, byte[] content)
    {
        if (!name.EndsWith(".gz", StringComparison.Ordinal)) return Encoding.UTF8.GetString(content);
        using var file = new GZipStream(new MemoryStream(content), CompressionMode.Decompress);
        using var reader = new StreamReader(file);
        return reader.ReadToEnd();
    }
}
