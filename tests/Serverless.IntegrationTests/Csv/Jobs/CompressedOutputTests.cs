using System.IO.Compression;
using System.Text;
using System.Text.Json.Nodes;
using Serverless.Csv.Output;
using Serverless.CsvJobs;
using Serverless.CsvJobs.Store;
using Serverless.IntegrationTests.Csv.Mending;
using Serverless.Storage;
using Serverless.TestSupport;

namespace Serverless.IntegrationTests.Csv.Jobs;

/// <summary>Packed output is the plain output, packed.</summary>
[Collection(AzuriteTests.Name)]
public sealed class CompressedOutputTests(AzuriteFixture azurite)
{
    private const string Schema = """{"fields":[{"name":"id","type":"integer"},{"name":"note","type":"string"}]}""";

    [Theory]
    [InlineData(1, CsvOutput.Csv, "clean.csv")]
    [InlineData(2, CsvOutput.Jsonl, "clean.jsonl")]
    internal async Task GeneratedFiles_WhoseRangesAreKilledAndReadAgain_HaveThePlainText(int seed, CsvOutput output, string name)
    {
        var random = new Random(seed);
        for (var i = 0; i < 12; i++)
        {
            var file = Encoding.UTF8.GetBytes(new GeneratedFile(random, ",").Text(","));
            var options = new CsvJobOptions(output, Delimiter: ",", Quote: '"', Header: true, ChunkBytes: 2 * random.Next(4, 400));
            var pipeline = new CsvPipeline(azurite);
            var plain = await pipeline.RunAsync(file, $"packed/{seed}.csv", options, Schema);
            pipeline.DyingRanges = () => new DyingWriter(random.Next(1, 4), random.Next(2) == 0).Open(azurite.ConnectionString);

            var packed = await pipeline.RunAsync(
                file, $"packed/{seed}.csv", options with { Compress = CsvCompression.Gzip }, Schema);

            Assert.Equal(Encoding.UTF8.GetString(plain[name]), Unpack(packed[name + ".gz"]));
            Assert.Equal(Encoding.UTF8.GetString(plain["rejects.csv"]), Encoding.UTF8.GetString(packed["rejects.csv"]));
            Assert.DoesNotContain(name, packed.Keys);
        }
    }

    [Theory]
    [InlineData("", "jsonl", "clean.jsonl.gz", "")]
    [InlineData("id,note\n", "csv", "clean.csv.gz", "id,note\n")]
    [InlineData("id,note\nx,a\n", "jsonl", "clean.jsonl.gz", "")]
    [InlineData("id,note\n1,a\nx,b\n", "jsonl", "clean.jsonl.gz", "{\"id\":1,\"note\":\"a\"}\n")]
    public async Task Job_AskedForPackedOutput_HasAFileThatUnpacks(string text, string output, string name, string expected)
    {
        await using var host = await CsvHost.StartAsync(azurite);
        var options = new JsonObject { ["output"] = output, ["compress"] = "gzip", ["force"] = true };
        if (text.Length > 0) options["schema"] = JsonNode.Parse(Schema);

        var job = await host.RunAsync("packed/job.csv", Encoding.UTF8.GetBytes(text), options);

        Assert.Equal(CsvJobState.Completed, job.State);
        var processed = (await azurite.Containers.GetAllAsync(Containers.Processed))[0];
        var found = job.Outputs.Select(o => o.Name).Single(o => o.EndsWith("/" + name, StringComparison.Ordinal));
        var content = (await processed.GetBlobClient(found[(Containers.Processed.Length + 1)..]).DownloadContentAsync()).Value;
        Assert.Equal("application/gzip", content.Details.ContentType);
        Assert.Equal(expected, Unpack(content.Content.ToArray()));
    }

    private static string Unpack(byte[] file)
    {
        Assert.NotEmpty(file);
        using var stream = new GZipStream(new MemoryStream(file), CompressionMode.Decompress);
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
