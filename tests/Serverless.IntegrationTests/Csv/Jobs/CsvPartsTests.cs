using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Serverless.Csv.Output;
using Serverless.CsvJobs;
using Serverless.CsvJobs.Store;
using Serverless.Files;
using Serverless.Storage;
using Serverless.TestSupport;

namespace Serverless.IntegrationTests.Csv.Jobs;

/// <summary>A file that comes in parts and becomes a job with its options.</summary>
[Collection(AzuriteTests.Name)]
public sealed class CsvPartsTests(AzuriteFixture azurite) : IAsyncLifetime
{
    private static readonly byte[] File = Encoding.UTF8.GetBytes("id,name\n1,Ann\n2,Bea\n");

    private CsvHost _host = null!;

    public async Task InitializeAsync() => _host = await CsvHost.StartAsync(azurite, functions: [typeof(UploadFunctions)]);

    public async Task DisposeAsync() => await _host.DisposeAsync();

    [Fact]
    public async Task Put_OfParts_StartsOneJobWithItsOptions()
    {
        const string Path = "parts/one.csv";
        await SendAsync(Path, "a", 10);
        await SendAsync(Path, "a", 0);

        using var started = await StartAsync(Path, "a", "&output=jsonl");
        using var again = await StartAsync(Path, "a", "&output=jsonl");
        var id = await IdAsync(started);
        var status = await _host.WaitAsync(id);

        // Whoever looks for dropped files finds it, its options and its job.
        var blob = (await _host.Services.GetRequiredService<IncomingBlobs>().FindAsync(Path, CancellationToken.None))!;
        await _host.Services.GetRequiredService<IncomingStarter>().StartAsync(_host.Host.DurableClient, blob, CancellationToken.None);

        Assert.Equal((HttpStatusCode.Accepted, id), (started.StatusCode, await IdAsync(again)));
        Assert.Equal("""{"output":"jsonl"}""", blob.Options);
        Assert.Equal((CsvJobState.Completed, 2), (status.State, status.Accepted));
        Assert.Equal("{\"id\":1,\"name\":\"Ann\"}\n{\"id\":2,\"name\":\"Bea\"}\n", await _host.ReadAsync(status, "clean.jsonl"));
        Assert.Equal([id], (await JobsAsync()).Where(j => j.Path == Path).Select(j => j.RowKey));
    }

    [Fact]
    public async Task File_WhoseSenderDiedBeforeTheJob_IsStartedWithItsOptions()
    {
        const string Path = "parts/died.csv";
        await SendAsync(Path, "b", 0);
        await SendAsync(Path, "b", 10);
        var name = new BlobName(Containers.Incoming, Path);
        await _host.Services.GetRequiredService<FileUploads>().CompleteAsync(
            name, "b", File.Length, null, IncomingBlobs.MetadataOf(new JsonObject { ["output"] = "jsonl" }), CancellationToken.None);
        var blob = (await _host.Services.GetRequiredService<IncomingBlobs>().FindAsync(Path, CancellationToken.None))!;

        await _host.Services.GetRequiredService<IncomingStarter>().StartAsync(_host.Host.DurableClient, blob, CancellationToken.None);
        using var late = await StartAsync(Path, "b", "&output=jsonl");

        var job = Assert.Single(await JobsAsync(), j => j.Path == Path);
        Assert.Equal(CsvJobId.Create(Path, blob.ETag, new CsvJobOptions(CsvOutput.Jsonl)), job.RowKey);
        Assert.Equal(job.RowKey, await IdAsync(late));
    }

    [Fact]
    public async Task Put_PartsThatAreMissing_Is409AndStartsNothing()
    {
        const string Path = "parts/missing.csv";
        await SendAsync(Path, "c", 0);

        using var refused = await StartAsync(Path, "c", "");

        Assert.Equal((HttpStatusCode.Conflict, "application/problem+json"), (
            refused.StatusCode, refused.Content.Headers.ContentType!.MediaType));
        Assert.Contains($"10 of {File.Length} bytes", await refused.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Null(await _host.Services.GetRequiredService<IncomingBlobs>().FindAsync(Path, CancellationToken.None));
        Assert.DoesNotContain(await JobsAsync(), j => j.Path == Path);
    }

    [Theory]
    [InlineData("upload=d&length=20&output=exe", "output")]
    [InlineData("upload=../d&length=20", "upload")]
    [InlineData("upload=d&length=many", "length")]
    [InlineData("upload=d", "length")]
    [InlineData("length=20", "length")]
    public async Task Put_OfPartsThatIsWrong_SaysWhatAndMakesNoFile(string query, string member)
    {
        const string Path = "parts/wrong.csv";
        await SendAsync(Path, "d", 0);
        await SendAsync(Path, "d", 10);

        using var refused = await _host.Http.PutAsync($"csv/{Path}?{query}", null);

        Assert.Equal(HttpStatusCode.BadRequest, refused.StatusCode);
        Assert.Equal(
            [member], (await refused.Content.ReadFromJsonAsync<JsonObject>())!["errors"]!.AsObject().Select(e => e.Key));
        Assert.Null(await _host.Services.GetRequiredService<IncomingBlobs>().FindAsync(Path, CancellationToken.None));
    }

    [Fact]
    public async Task Put_OfPartsWithABody_IsRefused()
    {
        using var refused = await _host.Http.PutAsync("csv/parts/body.csv?upload=e&length=20", new ByteArrayContent(File));

        Assert.Equal(HttpStatusCode.BadRequest, refused.StatusCode);
        Assert.Contains("send no body", await refused.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    private async Task SendAsync(string path, string upload, int offset)
    {
        var part = new ByteArrayContent(offset == 0 ? File[..10] : File[offset..]);
        using var answer = await _host.Http.PutAsync($"uploads/incoming/{path}?upload={upload}&offset={offset}", part);
        answer.EnsureSuccessStatusCode();
    }

    private Task<HttpResponseMessage> StartAsync(string path, string upload, string options) =>
        _host.Http.PutAsync($"csv/{path}?upload={upload}&length={File.Length}{options}", null);

    private static async Task<string> IdAsync(HttpResponseMessage answer) =>
        (await answer.Content.ReadFromJsonAsync<JsonObject>())!["id"]!.GetValue<string>();

    private async Task<IReadOnlyList<CsvJobEntity>> JobsAsync() =>
        (await _host.Services.GetRequiredService<CsvJobStore>().ListAsync(100, null, CancellationToken.None)).Jobs;
}
