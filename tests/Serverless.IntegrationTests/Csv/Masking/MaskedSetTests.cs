using System.Collections.Concurrent;
using System.Text;
using Azure.Core;
using Azure.Core.Pipeline;
using Azure.Storage.Blobs;
using Serverless.CsvJobs;
using Serverless.IntegrationTests.Csv.Jobs;
using Serverless.IntegrationTests.Csv.Mending;
using Serverless.Storage;
using Serverless.TestSupport;
using Serverless.TestSupport.Csv;

namespace Serverless.IntegrationTests.Csv.Masking;

/// <summary>Values that a list of rejects hides are taken from the file that has them, out of several.</summary>
[Collection(AzuriteTests.Name)]
public sealed class MaskedSetTests(AzuriteFixture azurite)
{
    private const string Schema = """{"fields":[{"name":"id","type":"integer"},{"name":"mail","x-clean":["hash"]},{"name":"note"}]}""";

    private const int Rows = 30;

    [Theory]
    [InlineData(5, "a.csv")]
    [InlineData(Rows + 1, "b.csv.gz")]
    [InlineData((2 * Rows) + 17, "c.csv")]
    [InlineData(4 * Rows, "d.csv")]
    public async Task HiddenValues_OfAMendedRecord_AreReadFromItsFileAlone(int row, string file)
    {
        var text = Enumerable.Range(1, 4 * Rows).Select(n => $"{(n == row ? "x" : n)},mail{n}@example.org,note {n}\n").ToList();
        var path = $"masked/set-{Guid.NewGuid():N}";
        var options = new CsvJobOptions(Delimiter: ",", Quote: '"', Header: true, ChunkBytes: 250);
        var pipeline = new MendPipeline(azurite);
        pipeline.Settings.MaskKeys["default"] = "some random characters, and more";
        var (folder, _) = await pipeline.RunSetAsync(Split(text), path, options, Schema);
        text[row - 1] = $"{row},mail{row}@example.org,note {row}\n";
        var (_, expected) = await pipeline.RunSetAsync(Split(text), path + "-corrected", options, Schema);

        var reads = new ReadFiles();
        await pipeline.RunAsync(
            await pipeline.BeginAsync(folder, $$"""[{"row":{{row}},"raw":"{{row}},***,note {{row}}"}]"""),
            reads.Open(azurite.ConnectionString));

        Assert.Equal([file], reads.Names);
        var mended = await pipeline.ReadAsync(folder);
        Assert.Equal(Encoding.UTF8.GetString(expected["clean.csv"]), Encoding.UTF8.GetString(mended["clean.csv"]));
    }

    private static Dictionary<string, byte[]> Split(List<string> rows)
    {
        var texts = rows.Chunk(Rows).Select(r => "id,mail,note\n" + string.Concat(r)).ToList();
        return new Dictionary<string, byte[]>
        {
            ["a.csv"] = Encoding.UTF8.GetBytes(texts[0]),
            ["b.csv.gz"] = Packed.Gzip(Encoding.UTF8.GetBytes(texts[1])),
            ["c.csv"] = [.. Encoding.Unicode.GetPreamble(), .. Encoding.Unicode.GetBytes(texts[2])],
            ["d.csv"] = Encoding.UTF8.GetBytes(texts[3]),
        };
    }

    /// <summary>Notes the files of <c>incoming</c> that are read.</summary>
    private sealed class ReadFiles : HttpPipelinePolicy
    {
        private readonly ConcurrentDictionary<string, bool> _names = new(StringComparer.Ordinal);

        public IEnumerable<string> Names => _names.Keys.Order(StringComparer.Ordinal);

        public Containers Open(string connectionString)
        {
            var options = new BlobClientOptions();
            options.AddPolicy(this, HttpPipelinePosition.PerCall);
            return new Containers(new BlobServiceClient(connectionString, options));
        }

        public override ValueTask ProcessAsync(HttpMessage message, ReadOnlyMemory<HttpPipelinePolicy> pipeline)
        {
            var path = message.Request.Uri.Path;
            if (message.Request.Method == RequestMethod.Get && path.Contains("/incoming/", StringComparison.Ordinal))
                _names[path[(path.LastIndexOf('/') + 1)..]] = true;
            return ProcessNextAsync(message, pipeline);
        }

        public override void Process(HttpMessage message, ReadOnlyMemory<HttpPipelinePolicy> pipeline) => throw new NotSupportedException();
    }
}
