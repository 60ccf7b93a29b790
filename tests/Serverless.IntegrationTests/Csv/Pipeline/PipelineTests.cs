using System.Text;
using System.Text.Json.Nodes;
using Serverless.Csv.Profile;
using Serverless.Csv.Report;
using Serverless.CsvJobs;
using Serverless.CsvJobs.Store;
using Serverless.CsvPipeline;
using Serverless.CsvPipeline.Profiling;
using Serverless.IntegrationTests.Csv.Jobs;
using Serverless.Resilience;
using Serverless.Storage;
using Serverless.Tasks;
using Serverless.Tasks.Retries;
using Serverless.TestSupport;

namespace Serverless.IntegrationTests.Csv.Pipeline;

[Collection(AzuriteTests.Name)]
public sealed class PipelineTests(AzuriteFixture azurite) : IAsyncLifetime
{
    private CsvHost _host = null!;

    public async Task InitializeAsync() => _host = await CsvHost.StartAsync(azurite, functions: PipelineSteps.Functions);

    public async Task DisposeAsync() => await _host.DisposeAsync();

    [Theory]
    [InlineData("local/samples/orders.csv", "orders")]
    [InlineData("zipcodes.csv", "zipcodes")]
    public async Task RunAsync_RealFile_IsCleanedProfiledAndReported(string file, string name)
    {
        var path = file.StartsWith("local", StringComparison.Ordinal)
            ? Path.Combine(Repository.Root, file) : await NpmData.FindAsync("vega-datasets", "data", file);
        var schema = Path.ChangeExtension(path, ".schema.json");
        await _host.UploadAsync($"pipeline/{name}.csv", await File.ReadAllBytesAsync(path));
        var request = new JsonObject { ["blob"] = $"incoming/pipeline/{name}.csv", ["chunkBytes"] = 64 << 10 };
        if (File.Exists(schema)) request["schema"] = JsonNode.Parse(await File.ReadAllTextAsync(schema));

        var (input, results, differences, report) = await new PipelineSteps(_host, $"run-{name}").RunAsync(request);

        Assert.Equal((true, File.Exists(schema)), (input.Valid, input.SchemaIsGiven));
        Assert.True(input.ValidatedRecords > 0);
        Assert.True(differences.Conforms);
        Assert.Equal(results!.Total, results.Accepted + results.Rejected);
        var profile = ProfileFile.FromJson(await ReadAsync(results.Profile));
        Assert.All(profile.Columns, c => Assert.Equal(results.Accepted, c.Count + c.Missing));
        Assert.All(profile.Columns.Where(c => c.Histogram.Count > 0), c => Assert.Equal(c.Count, c.Histogram.Sum(b => b.Count)));
        Assert.Equal(results.Columns, profile.Columns.Count);
        var html = Encoding.UTF8.GetString(await ReadAsync(report.Html));
        Assert.Contains("<svg class=\"histogram\"", html, StringComparison.Ordinal);
        Assert.Contains("extract_features", html, StringComparison.Ordinal);
        Assert.Contains($"{results.Folder}/", report.Html, StringComparison.Ordinal);
        var json = JsonNode.Parse(await ReadAsync(report.Json))!;
        Assert.Equal(results.Total, (long)json["summary"]!["rows"]!);

        // The clean job is one like any other.
        var id = results.Folder[(results.Folder.LastIndexOf('/') + 1)..];
        var status = await _host.FindAsync(id);
        Assert.Equal((CsvJobState.Completed, results.Total), (status.State, status.Total));
    }

    [Fact]
    public async Task ProfileAsync_AnyChunking_IsWhatOneReadingGives()
    {
        var file = await File.ReadAllBytesAsync(Path.Combine(Repository.Root, "local/samples/orders.csv"));
        await _host.UploadAsync("pipeline/cut.csv", file);
        ProfileFile? whole = null;
        foreach (var chunkBytes in (int[])[16 << 20, 100_000, 5_000])
        {
            var steps = new PipelineSteps(_host, $"cut-{chunkBytes}");
            var input = await steps.ValidateAsync(new JsonObject { ["blob"] = "incoming/pipeline/cut.csv", ["chunkBytes"] = chunkBytes });
            var features = await steps.ProfileAsync(input.File);
            var profile = ProfileFile.FromJson(await ReadAsync(features.Profile));
            whole ??= profile;

            Assert.Equal((whole.Records, whole.Accepted), (profile.Records, profile.Accepted));
            foreach (var (expected, found) in whole.Columns.Zip(profile.Columns))
            {
                Assert.Equal(
                    (expected.Count, expected.Missing, expected.Distinct, expected.Minimum, expected.Maximum),
                    (found.Count, found.Missing, found.Distinct, found.Minimum, found.Maximum));
                Assert.Equal(expected.Mean ?? 0, found.Mean ?? 0, 1e-9 * Math.Abs(expected.Mean ?? 0));
            }
        }
    }

    [Fact]
    public async Task ProfileAsync_Twice_WritesTheSame()
    {
        await _host.UploadAsync(
            "pipeline/twice.csv", await File.ReadAllBytesAsync(Path.Combine(Repository.Root, "local/samples/orders.csv")));
        var contents = new List<byte[]>();
        for (var run = 0; run < 2; run++)
        {
            var steps = new PipelineSteps(_host, $"twice-{run}");
            var input = await steps.ValidateAsync(new JsonObject { ["blob"] = "incoming/pipeline/twice.csv", ["chunkBytes"] = 20_000 });
            contents.Add(await ReadAsync((await steps.ProfileAsync(input.File)).Profile));
        }

        Assert.Equal(contents[0], contents[1]);
    }

    [Fact]
    public async Task RunAsync_CompressedFile_IsReadByOneReader()
    {
        using var compressed = new MemoryStream();
        await using (var gzip = new System.IO.Compression.GZipStream(compressed, System.IO.Compression.CompressionLevel.Fastest))
            await gzip.WriteAsync(await File.ReadAllBytesAsync(Path.Combine(Repository.Root, "local/samples/orders.csv")));
        await _host.UploadAsync("pipeline/orders.csv.gz", compressed.ToArray());

        var (input, results, _, _) = await new PipelineSteps(_host, "run-gzip").RunAsync(
            new JsonObject { ["blob"] = "incoming/pipeline/orders.csv.gz" });

        Assert.True(input.Valid);
        Assert.Equal(5_000, results!.Total);
    }

    [Fact]
    public async Task RunAsync_EmptyFile_IsReported()
    {
        await _host.UploadAsync("pipeline/empty.csv", []);

        var (input, results, _, report) = await new PipelineSteps(_host, "run-empty").RunAsync(
            new JsonObject { ["blob"] = "incoming/pipeline/empty.csv" });

        Assert.True(input.Valid);
        Assert.Equal((0, 1.0), (results!.Total, results.AcceptedShare));
        Assert.NotEmpty(await ReadAsync(report.Html));
    }

    [Fact]
    public async Task RunAsync_OtherHeader_IsExplained()
    {
        await _host.UploadAsync("pipeline/other.csv", "name,id,extra\nAnn,1,x\nBob,2,y\n"u8.ToArray());
        var schema = JsonNode.Parse(
            """{"fields": [{"name": "id", "type": "integer"}, {"name": "name"}, {"name": "since", "type": "date"}]}""");

        var (input, results, differences, report) = await new PipelineSteps(_host, "run-other").RunAsync(
            new JsonObject { ["blob"] = "incoming/pipeline/other.csv", ["schema"] = schema, ["header"] = true });

        Assert.False(input.Valid);
        Assert.Null(results);
        Assert.StartsWith("The header does not fit the schema.", Assert.Single(input.Errors), StringComparison.Ordinal);
        Assert.Equal(
            [SchemaDifferenceKind.Moved, SchemaDifferenceKind.Missing, SchemaDifferenceKind.Additional], differences.Differences.Select(
                d => d.Kind));
        var html = Encoding.UTF8.GetString(await ReadAsync(report.Html));
        Assert.Contains("Not processed", html, StringComparison.Ordinal);
        Assert.Contains("<th scope=\"row\">additional</th><td data-label=\"Column\">extra</td>", html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ValidateAsync_NoRecordFits_IsInvalid()
    {
        await _host.UploadAsync("pipeline/unfit.csv", "id\nx\ny\n"u8.ToArray());
        var schema = JsonNode.Parse("""{"fields": [{"name": "id", "type": "integer"}]}""");

        var input = await new PipelineSteps(_host, "unfit").ValidateAsync(
            new JsonObject { ["blob"] = "incoming/pipeline/unfit.csv", ["schema"] = schema, ["header"] = true });

        Assert.Equal((false, 0, 2), (input.Valid, input.ValidatedRecords, input.RejectedRecords));
        Assert.Contains("type-error in id", Assert.Single(input.Errors), StringComparison.Ordinal);
    }

    [Fact]
    public async Task ValidateAsync_MissingFile_MayBeThereLater()
    {
        var missing = await Assert.ThrowsAsync<InputMissingException>(
            () => new PipelineSteps(_host, "missing").ValidateAsync(new JsonObject { ["blob"] = "incoming/pipeline/nowhere.csv" }));

        Assert.Contains("incoming/pipeline/nowhere.csv", missing.Message, StringComparison.Ordinal);
        Assert.Equal(ErrorClass.Other, new ErrorClassifier().Classify(missing));
    }

    [Fact]
    public async Task ValidateAsync_FaultyInput_NamesAllFaults()
    {
        var fault = await Assert.ThrowsAsync<TaskValidationException>(() => new PipelineSteps(_host, "faulty").ValidateAsync(
            new JsonObject { ["blob"] = "incoming/../x", ["output"] = "xml", ["schema"] = new JsonObject(), ["speed"] = 1 }));

        foreach (var option in (string[])["blob:", "output:", "schema:", "speed:"])
            Assert.Contains(option, fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task RunAsync_ReplacedFile_FailsWithThatReason()
    {
        await _host.UploadAsync("pipeline/replaced.csv", "id\n1\n"u8.ToArray());
        var steps = new PipelineSteps(_host, "replaced");
        var input = await steps.ValidateAsync(
            new JsonObject
            {
                ["blob"] = "incoming/pipeline/replaced.csv",
                ["schema"] = JsonNode.Parse(
                """{"fields": [{"name": "id"}]}"""),
                ["header"] = true
            });
        await _host.UploadAsync("pipeline/replaced.csv", "id\n1\n2\n"u8.ToArray());

        var fault = await Assert.ThrowsAnyAsync<Exception>(() => steps.ProfileAsync(input.File));

        Assert.Contains("replaced", fault.Message, StringComparison.Ordinal);
        var processed = (await azurite.Containers.GetAllAsync(Containers.Processed))[0];
        var left = processed.GetBlobsAsync(new Azure.Storage.Blobs.Models.GetBlobsOptions { Prefix = "pipeline/replaced.csv/" });
        await foreach (var blob in left) Assert.Fail($"{blob.Name} is left.");
    }

    [Theory]
    [InlineData("pipeline/../../x.csv", "pipeline/a.csv/csv-1", "processed/pipeline/a.csv/csv-1/profile.json")]
    [InlineData("pipeline/a.csv", "other/b.csv/csv-1", "processed/pipeline/a.csv/csv-1/profile.json")]
    [InlineData("pipeline/a.csv", "pipeline/a.csv/../../b", "processed/pipeline/a.csv/csv-1/profile.json")]
    [InlineData("pipeline/a.csv", "pipeline/a.csv/csv-1", "incoming/pipeline/a.csv")]
    public async Task ReportAsync_ForeignPlaces_AreRefused(string path, string folder, string profile)
    {
        var input = new ValidatedInput(
            true, [], 1, 0, $"incoming/{path}", 1, 1, false, new PipelineFile(path, "1", new CsvJobOptions()), 0);
        var results = new PipelineResult(input.Blob, folder, 0, 0, 0, 1, 1, true, profile, [], 0);

        await Assert.ThrowsAsync<TaskValidationException>(() => new PipelineSteps(_host, "foreign").ReportAsync(input, results, null));
    }

    [Fact]
    public void Check_OptionsOutOfBounds_AreRefused()
    {
        Assert.Throws<TaskValidationException>(() => new PipelineFile("a.csv", "1", new CsvJobOptions(MaxParallel: 0)).Check());
        Assert.Throws<TaskValidationException>(() => new PipelineFile("a.csv", "1", new CsvJobOptions(ChunkBytes: -2)).Check());
        Assert.Throws<TaskValidationException>(() => new PipelineFile("a.csv", "1", new CsvJobOptions(), "{}").Check());
    }

    private async Task<byte[]> ReadAsync(string blob)
    {
        var processed = (await azurite.Containers.GetAllAsync(Containers.Processed))[0];
        return (await processed.GetBlobClient(blob[(Containers.Processed.Length + 1)..]).DownloadContentAsync()).Value.Content.ToArray();
    }
}
