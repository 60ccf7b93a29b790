using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;
using Serverless.Csv.Summary;
using Serverless.CsvJobs;
using Serverless.CsvJobs.Store;
using Serverless.IntegrationTests.Csv.Jobs;
using Serverless.Storage;
using Serverless.TestSupport;
using Serverless.TestSupport.Csv;

namespace Serverless.IntegrationTests.Csv.Sets;

/// <summary>Many files that are one job: one output, one summary, and rejects with the names of their files.</summary>
[Collection(AzuriteTests.Name)]
public sealed class SetTests(AzuriteFixture azurite)
{
    private const string Schema =
        """{"fields":[{"name":"id","type":"integer","constraints":{"unique":true}},{"name":"note","type":"string"}]}""";

    private readonly string _folder = $"sets/{Guid.NewGuid():N}";

    [Theory]
    [InlineData(null)]
    [InlineData(7)]
    [InlineData(64)]
    public async Task Job_FilesWithRejects_OneOutputAndEachRejectWithItsFile(int? chunkBytes)
    {
        await using var host = await CsvHost.StartAsync(azurite);
        await UploadAsync("a.csv", "id,note\n1,\"one\nline more\"\nx,bad\n2,two");
        await UploadAsync("b.csv", "\uFEFFid,note\r\n3,three\r\n1,again\r\n\r\n");
        await UploadAsync("c/empty.csv", "");
        await UploadAsync("c/header.csv", "id,note\n");
        await UploadAsync("d.csv", Encoding.Unicode.GetPreamble().Concat(Encoding.Unicode.GetBytes("id,note\n4,vier\ny,schlecht\n")));
        await UploadAsync("ignored.schema.json", "{}");

        var job = await RunAsync(host, new JsonObject { ["schema"] = JsonNode.Parse(Schema), ["chunkBytes"] = chunkBytes });

        Assert.Equal((CsvJobState.Completed, null, 8, 4), (job.State, job.Error, job.Total, job.Accepted));
        Assert.Equal($"incoming/{_folder}/", job.Blob);
        Assert.Equal("id,note\n1,\"one\nline more\"\n2,two\n3,three\n4,vier\n", await host.ReadAsync(job, "clean.csv"));
        Assert.Equal(
            "file,row,line,field,code,message,raw\n" +
            $"{_folder}/a.csv,2,4,id,type-error,\"expected an integer, found \"\"x\"\"\",\"x,bad\"\n" +
            $"{_folder}/b.csv,5,3,id,unique-error,\"expected a value that stands once in its column, found \"\"1\"\" once more\"," +
            "\"1,again\"\n" +
            $"{_folder}/b.csv,6,4,,blank-row,\"expected 2 cells, found a blank line\",\n" +
            $"{_folder}/d.csv,8,3,id,type-error,\"expected an integer, found \"\"y\"\"\",\"y,schlecht\"\n",
            await host.ReadAsync(job, "rejects.csv"));
        var summary = JobSummary.FromJson(Encoding.UTF8.GetBytes(await host.ReadAsync(job, "summary.json")));
        Assert.Equal(
            ["a.csv 3 2 1", "b.csv 3 1 2", "c/empty.csv 0 0 0", "c/header.csv 0 0 0", "d.csv 2 1 1"],
            summary.Files!.Select(f => string.Create(
                CultureInfo.InvariantCulture, $"{f.Name[(_folder.Length + 1)..]} {f.Rows} {f.Accepted} {f.Rejected}")));
        Assert.Contains(
            summary.Reasons!, r => r is { Code: "type-error", Count: 2, Row: 2, Line: 4 } && r.File == $"{_folder}/a.csv");
        Assert.Contains("/a.csv, line 4, id: type-error", await host.ReadAsync(job, "report.html"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Job_HundredsOfSmallFiles_NeedsFewRangesAndKeepsTheOrder()
    {
        await using var host = await CsvHost.StartAsync(azurite, settings: new() { ["Csv:RangesPerFold"] = "2" });
        const int files = 600;
        await Parallel.ForAsync(0, files, async (i, _) => await UploadAsync($"{i:D4}.csv", $"id,note\n{i},a\n{i + files},b\nx,c\n"));

        var job = await RunAsync(host, new JsonObject { ["output"] = "jsonl", ["schema"] = JsonNode.Parse(Schema) });

        Assert.Equal((CsvJobState.Completed, null, 3 * files, 2 * files), (job.State, job.Error, job.Total, job.Accepted));
        var summary = JobSummary.FromJson(Encoding.UTF8.GetBytes(await host.ReadAsync(job, "summary.json")));
        Assert.True(summary.Chunks is > 1 and < 10, summary.Chunks.ToString(CultureInfo.InvariantCulture));
        Assert.All(summary.Files!, f => Assert.Equal((3, 2, 1), (f.Rows, f.Accepted, f.Rejected)));
        var ids = (await host.ReadAsync(job, "clean.jsonl")).Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => JsonNode.Parse(line)!["id"]!.GetValue<int>());
        Assert.Equal(Enumerable.Range(0, files).SelectMany(i => (int[])[i, i + files]), ids);
    }

    [Fact]
    public async Task Job_PackedFilesAmongOthers_AreReadInTheirPlace()
    {
        await using var host = await CsvHost.StartAsync(azurite);
        await UploadAsync("a.csv", "id,note\n1,a\n");
        await UploadAsync("b.csv.gz", Packed.Gzip("id,note\n2,b\n3,c\nx,d\n"u8.ToArray()));
        await UploadAsync("c.csv", "id,note\n4,e\n");

        var job = await RunAsync(host, new JsonObject
        {
            ["schema"] = JsonNode.Parse("""{"fields":[{"name":"id","type":"integer"},{"name":"note"}]}"""),
            ["chunkBytes"] = 8,
        });

        Assert.Equal((CsvJobState.Completed, null), (job.State, job.Error));
        Assert.Equal("id,note\n1,a\n2,b\n3,c\n4,e\n", await host.ReadAsync(job, "clean.csv"));
        Assert.Contains($"{_folder}/b.csv.gz,4,4,id,type-error", await host.ReadAsync(job, "rejects.csv"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Job_FilesThatDoNotFit_FailsAndNamesThem()
    {
        await using var host = await CsvHost.StartAsync(azurite);
        await UploadAsync("a.csv", "id,note\n1,a\n2,bbbbbbbbbbbbbbbbbbbbb\n");
        await UploadAsync("b.csv", "id,remark\n1,a\n");
        await UploadAsync("c.csv", [0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A, 0, 0, 0, 13]);

        var job = await RunAsync(host, new JsonObject());

        Assert.Equal(CsvJobState.Failed, job.State);
        Assert.Contains($"{_folder}/b.csv: The header does not fit the schema", job.Error, StringComparison.Ordinal);
        Assert.Contains($"{_folder}/c.csv: The file is a PNG image, not CSV", job.Error, StringComparison.Ordinal);
        Assert.DoesNotContain(job.Outputs, o => o.Name.Contains("clean", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Start_SameFilesTwice_AreOneJobAndOthersAreAnother()
    {
        await using var host = await CsvHost.StartAsync(azurite);
        await UploadAsync("a.csv", "id,note\n1,a\n");
        var request = new JsonObject { ["files"] = $"incoming/{_folder}/*.csv" };
        var first = await host.StartJobAsync(request);
        await host.WaitAsync(first);

        var again = await host.StartJobAsync(request);
        await UploadAsync("b.csv", "id,note\n2,b\n");
        var more = await host.StartJobAsync(request);
        var job = await host.WaitAsync(more);

        Assert.Equal(first, again);
        Assert.NotEqual(first, more);
        Assert.Equal("id,note\n1,a\n2,b\n", await host.ReadAsync(job, "clean.csv"));
    }

    [Theory]
    [InlineData("""{"files": "incoming/nobody/*.csv"}""", "files", "No file fits")]
    [InlineData("""{"files": "incoming/a.csv"}""", "files", "Must be a folder such as")]
    [InlineData("""{"files": 7}""", "files", "Must be a string")]
    [InlineData("""{"files": "incoming/x/", "blob": "incoming/a.csv"}""", "files", "Is not for use with blob")]
    [InlineData("""{"files": "incoming/x/", "sheet": "A"}""", "sheet", "Is for one file")]
    public async Task Start_FaultyRequest_IsRefused(string request, string option, string start)
    {
        await using var host = await CsvHost.StartAsync(azurite);

        using var response = await host.Http.PostAsJsonAsync("csv", JsonNode.Parse(request));

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        var errors = (await response.Content.ReadFromJsonAsync<JsonObject>())!["errors"]![option]!.AsArray();
        Assert.Contains(errors, e => e!.GetValue<string>().StartsWith(start, StringComparison.Ordinal));
    }

    private async Task<CsvJobStatus> RunAsync(CsvHost host, JsonObject options)
    {
        if (options["chunkBytes"] is null) options.Remove("chunkBytes");
        options["files"] = $"incoming/{_folder}/";
        return await host.WaitAsync(await host.StartJobAsync(options));
    }

    private Task UploadAsync(string name, string text) => UploadAsync(name, Encoding.UTF8.GetBytes(text));

    private async Task UploadAsync(string name, IEnumerable<byte> content) =>
        await (await azurite.Containers.GetAsync(Containers.Incoming)).GetBlobClient($"{_folder}/{name}")
            .UploadAsync(BinaryData.FromBytes(content.ToArray()), overwrite: true);
}
