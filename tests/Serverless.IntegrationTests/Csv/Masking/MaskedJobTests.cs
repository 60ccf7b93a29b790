using System.Text;
using Azure.Core;
using Azure.Core.Pipeline;
using Azure.Storage.Blobs;
using Microsoft.Extensions.Options;
using Serverless.Csv.Output;
using Serverless.CsvJobs;
using Serverless.CsvJobs.Mending;
using Serverless.CsvJobs.Preview;
using Serverless.CsvJobs.Run;
using Serverless.CsvJobs.Store;
using Serverless.IntegrationTests.Csv.Jobs;
using Serverless.IntegrationTests.Csv.Mending;
using Serverless.Jobs;
using Serverless.Storage;
using Serverless.TestSupport;
using Serverless.TestSupport.Csv;

namespace Serverless.IntegrationTests.Csv.Masking;

/// <summary>No byte that a job with masked columns writes has a value of them.</summary>
[Collection(AzuriteTests.Name)]
public sealed class MaskedJobTests(AzuriteFixture azurite)
{
    private const string Key = "some random characters, and more";

    private const string Schema =
        """
        {"fields":[
          {"name":"id","type":"integer"},
          {"name":"mail","x-clean":["lower","hash"],"constraints":{"unique":true}},
          {"name":"born","type":"date","x-clean":["mask"]},
          {"name":"note"}],
         "x-checks":["born >= '1950-01-01'"]}
        """;

    private static readonly string[] Secrets =
    [
        "pqrsecret", "PQRSECRET", "wxyzborn", "1971-01-01", "1972-02-02", "1973-03-03", "1975-05-05", "1946-06-06", "1977-07-07",
        "1978-08-08", "1979-09-09", "1971-11-11",
    ];

    [Theory]
    [InlineData(CsvOutput.Csv)]
    [InlineData(CsvOutput.Jsonl)]
    [InlineData(CsvOutput.Parquet)]
    [InlineData(CsvOutput.Csv, "mail")]
    [InlineData(CsvOutput.Parquet, "born")]
    internal async Task NothingThatIsWritten_HasAMaskedValue(CsvOutput output, string? partitionBy = null)
    {
        const string file =
            "id,mail,born,note\n" +
            "1,pqrsecret1,1971-01-01,a\n2,PQRSECRET2,1972-02-02,b\nx,pqrsecret3,1973-03-03,c\n4,pqrsecret4,wxyzborn,d\n" +
            "5,PQRSECRET1,1975-05-05,e\n6,pqrsecret6,1946-06-06,f\n7,pqrsecret7,1977-07-07\n" +
            "8,\"pqrsecret8\",\"1978-08-08\",\"g\"\n\n9,pqrsecret9,1979-09-09,h,i\n10,,,j\n11,pqrsecret\"11,1971-11-11,\"k\n";
        var watch = new Watch(Secrets);
        var pipeline = new Jobs.CsvPipeline(azurite, watch.Open(azurite.ConnectionString));
        pipeline.Settings.MaskKeys["default"] = Key;

        var outputs = await pipeline.RunAsync(
            Encoding.UTF8.GetBytes(file), $"masked/{output}.csv",
            new CsvJobOptions(output, Delimiter: ",", Quote: '"', Header: true, ChunkBytes: 60) { PartitionBy = partitionBy }, Schema);

        Assert.Empty(watch.Found);
        Assert.True(watch.Writes > 10, $"{watch.Writes} writes");
        foreach (var (name, content) in outputs)
        {
            var text = Encoding.Latin1.GetString(content);
            Assert.All(Secrets, s => Assert.False(text.Contains(s, StringComparison.Ordinal), $"{s} in {name}"));
        }

        // A value that is missing and one that is masked, or as many as there are hashes.
        var partitions = outputs.Keys.Count(n => n.StartsWith("clean/", StringComparison.Ordinal));
        Assert.Equal(partitionBy switch { "mail" => 4, "born" => 2, _ => 0 }, partitions);
        if (output != CsvOutput.Csv || partitionBy is not null) return;
        var lines = Encoding.UTF8.GetString(outputs["clean.csv"]).Split('\n');
        Assert.Equal(["1 *** a", "2 *** b", "8 *** g", "10  j"], lines.Skip(1).SkipLast(1).Select(l => l.Split(',')).Select(
            f => $"{f[0]} {f[2]} {f[3]}"));
        Assert.Contains("unique-error", Encoding.UTF8.GetString(outputs["rejects.csv"]), StringComparison.Ordinal);
        Assert.Contains("\"x,***,***,c\"", Encoding.UTF8.GetString(outputs["rejects.csv"]), StringComparison.Ordinal);
        Assert.Null(CsvMend.Refuse(await CompletedAsync(pipeline), await IndexAsync(pipeline)));
    }

    [Fact]
    public async Task Hash_OfOneValue_IsTheSameInEveryRangeFileEncodingAndRound()
    {
        const string schema = """{"fields":[{"name":"id","type":"integer"},{"name":"mail","x-clean":["trim","lower","hash"]}]}""";
        const string value = "ÉVA@example.org";
        string[] spellings = [value, "éva@example.org", $"  {value} ", $"\"{value}\""];
        var file = "id,mail\n" + string.Concat(Enumerable.Range(0, 40).Select(i => $"{i},{spellings[i % 4]}\n")) + $"x,{value}\n";
        var options = new CsvJobOptions(Delimiter: ",", Quote: '"', Header: true, ChunkBytes: 60);
        var pipeline = new MendPipeline(azurite);
        pipeline.Settings.MaskKeys["default"] = Key;
        var (folder, _) = await pipeline.RunAsync(file, "masked/ranges.csv", options, schema);
        await pipeline.MendAsync(folder, $$"""[{"row":41,"raw":"41, {{value}}"}]""");
        var texts = new List<byte[]> { (await pipeline.ReadAsync(folder))["clean.csv"] };
        foreach (var encoding in (Encoding[])[Encoding.Latin1, Encoding.Unicode])
        {
            var other = new Jobs.CsvPipeline(azurite);
            other.Settings.MaskKeys["default"] = Key;
            byte[] content = [.. encoding.GetPreamble(), .. encoding.GetBytes(file)];
            texts.Add((await other.RunAsync(content, $"masked/{encoding.WebName}.csv", options, schema))["clean.csv"]);
        }

        var hashes = texts.SelectMany(t => Encoding.UTF8.GetString(t).Split('\n')[1..^1]).Select(l => l.Split(',')[1]).ToList();
        Assert.Equal(121, hashes.Count);
        Assert.Matches("^[0-9a-f]{32}$", Assert.Single(hashes.Distinct()));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("short")]
    public async Task WithoutAKeyThatNobodyGuesses_IsRefused(string? key)
    {
        var pipeline = new Jobs.CsvPipeline(azurite);
        if (key is not null) pipeline.Settings.MaskKeys["ours"] = key;

        var refused = await Assert.ThrowsAsync<CsvJobException>(() => pipeline.RunAsync(
            "id,mail,born,note\n"u8.ToArray(), "masked/refused.csv", new CsvJobOptions { MaskKey = "ours" }, Schema));

        Assert.Contains("Csv__MaskKeys__ours", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Preview_HidesThemBeforeAndAfter()
    {
        var previewer = new CsvPreviewer(
            Options.Create(new CsvSettings()),
            new CsvSpeeds(new MeasuredSpeeds(new LazyTable(azurite.Tables, MeasuredSpeeds.TableName), TimeProvider.System)));
        var file = "id,mail,born,note\n1,pqrsecret1,1971-01-01,a\nx,pqrsecret3,1973-03-03,c\n7,pqrsecret7\n"u8.ToArray();

        var preview = await previewer.PreviewAsync(
            "a.csv", file, file.Length, new CsvJobOptions(Header: true), Cleaned.Schema(Schema), CancellationToken.None);

        Assert.Equal(["1,***,***,a", "x,***,***,c", "***"], preview.Rows.Select(r => r.Raw));
        Assert.Equal("1,***,***,a\n", preview.Rows[0].Clean);
        Assert.All(Secrets, s => Assert.DoesNotContain(s, string.Concat(preview.Rows), StringComparison.Ordinal));
    }

    private async Task<OutputIndex> IndexAsync(Jobs.CsvPipeline pipeline) => (await OutputIndex.FindAsync(
        await CsvJobs.Blobs.JobFolder.OpenAsync(azurite.Containers, pipeline.LastFolder, CancellationToken.None),
        CancellationToken.None))!.Value.Index;

    private static async Task<CsvJobEntity> CompletedAsync(Jobs.CsvPipeline pipeline) =>
        (await pipeline.Store.FindAsync(CsvJobs.Blobs.JobFolder.IdOf(pipeline.LastFolder), CancellationToken.None))!;

    /// <summary>Reads along what is written to the results, parts and notes among them.</summary>
    private sealed class Watch(string[] secrets) : HttpPipelinePolicy
    {
        private readonly List<string> _found = [];

        public IReadOnlyList<string> Found => _found;

        public int Writes { get; private set; }

        public Containers Open(string connectionString)
        {
            var options = new BlobClientOptions();
            options.AddPolicy(this, HttpPipelinePosition.PerCall);
            return new Containers(new BlobServiceClient(connectionString, options));
        }

        public override async ValueTask ProcessAsync(HttpMessage message, ReadOnlyMemory<HttpPipelinePolicy> pipeline)
        {
            var path = message.Request.Uri.Path;
            if (message.Request.Content is { } content && path.Contains("/processed/", StringComparison.Ordinal))
            {
                using var copy = new MemoryStream();
                await content.WriteToAsync(copy, CancellationToken.None);
                var text = Uri.UnescapeDataString(path) + Encoding.Latin1.GetString(copy.ToArray());
                lock (_found)
                {
                    Writes++;
                    _found.AddRange(secrets.Where(s => text.Contains(s, StringComparison.Ordinal)).Select(s => $"{s} in {path}: {text}"));
                }
            }

            await ProcessNextAsync(message, pipeline);
        }

        public override void Process(HttpMessage message, ReadOnlyMemory<HttpPipelinePolicy> pipeline) => throw new NotSupportedException();
    }
}
