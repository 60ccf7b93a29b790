using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;
using Serverless.CsvJobs.Store;
using Serverless.TestSupport;

namespace Serverless.IntegrationTests.Csv.Jobs;

/// <summary>Jobs that are changed while they run.</summary>
[Collection(AzuriteTests.Name)]
public sealed class CsvChangeTests(AzuriteFixture azurite) : IAsyncLifetime
{
    private const int Records = 200;

    // Every second record is rejected.
    private static readonly byte[] File = Encoding.UTF8.GetBytes(
        "id,name\n" + string.Concat(Enumerable.Range(0, Records).Select(i => i % 2 == 0 ? $"{i},Ann\n" : "none,Ann\n")));

    private readonly SemaphoreSlim _gate = new(0);
    private int _held;
    private CsvHost _host = null!;

    public async Task InitializeAsync()
    {
        // What is read of the file is held, but for its beginning.
        var hook = new DownloadHook(azurite.ConnectionString, async (start, _, cancellationToken) =>
        {
            if (start == 0) return;
            Interlocked.Increment(ref _held);
            await _gate.WaitAsync(cancellationToken);
        });
        _host = await CsvHost.StartAsync(azurite, overrides: hook.Register);
    }

    public async Task DisposeAsync()
    {
        Open();
        await _host.DisposeAsync();
        _gate.Dispose();
    }

    [Fact]
    public async Task Patch_MaxParallel_HoldsFromThenOn()
    {
        var id = await StartAsync("change/parallel.csv", 1, ratio: null);
        await Eventually.EqualAsync(1, HeldAsync);

        using var changed = await ChangeAsync(id, new JsonObject { ["maxParallel"] = 3 });
        await Eventually.EqualAsync(3, HeldAsync);
        var during = await _host.FindAsync(id);
        Open();
        var status = await _host.WaitAsync(id);

        Assert.Equal((HttpStatusCode.Accepted, 3), (changed.StatusCode, during.Progress!.MaxParallel));
        Assert.Equal((CsvJobState.Completed, Records / 2), (status.State, status.Accepted));
    }

    [Fact]
    public async Task Patch_MaxRejectedRatio_SavesAJobThatWouldHaveFailed()
    {
        var id = await StartAsync("change/ratio.csv", 2, ratio: 0.1);
        await Eventually.EqualAsync(2, HeldAsync);

        using var changed = await ChangeAsync(id, new JsonObject { ["maxRejectedRatio"] = 0.6 });
        await Eventually.EqualAsync(0.6, async () => (await _host.FindAsync(id)).Progress?.MaxRejectedRatio);
        Open();
        var status = await _host.WaitAsync(id);

        Assert.Equal((CsvJobState.Completed, Records / 2), (status.State, status.Rejected));
    }

    [Fact]
    public async Task Patch_MaxRejectedRatioThatIsExceeded_EndsTheJob()
    {
        var id = await StartAsync("change/strict.csv", 1, ratio: null);
        await Eventually.EqualAsync(1, HeldAsync);

        using var changed = await ChangeAsync(id, new JsonObject { ["maxRejectedRatio"] = 0.1 });
        Open();
        var status = await _host.WaitAsync(id);

        Assert.Equal(CsvJobState.Failed, status.State);
        Assert.Contains("maxRejectedRatio 0.1 allows", status.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{}", "maxParallel")]
    [InlineData("""{"maxParallel": 0}""", "maxParallel")]
    [InlineData("""{"maxRejectedRatio": 1.1}""", "maxRejectedRatio")]
    [InlineData("""{"output": "jsonl", "maxParallel": 1}""", "output")]
    public async Task Patch_OfWhatCannotBe_NamesIt(string body, string member)
    {
        using var refused = await ChangeAsync("csv-any", JsonNode.Parse(body)!);

        Assert.Equal(HttpStatusCode.BadRequest, refused.StatusCode);
        Assert.Equal([member], (await refused.Content.ReadFromJsonAsync<JsonObject>())!["errors"]!.AsObject().Select(e => e.Key));
    }

    [Fact]
    public async Task Patch_OfNoJobOrOneThatHasEnded_IsRefused()
    {
        Open();
        var ended = await _host.WaitAsync(await StartAsync("change/ended.csv", 1, ratio: null));

        using var late = await ChangeAsync(ended.Id, new JsonObject { ["maxParallel"] = 2 });
        using var unknown = await ChangeAsync("csv-none", new JsonObject { ["maxParallel"] = 2 });

        Assert.Equal((HttpStatusCode.Conflict, HttpStatusCode.NotFound), (late.StatusCode, unknown.StatusCode));
    }

    private void Open() => _gate.Release(100_000);

    private Task<int> HeldAsync() => Task.FromResult(Volatile.Read(ref _held));

    private async Task<string> StartAsync(string path, int parallel, double? ratio)
    {
        await _host.UploadAsync(path, File);
        var request = new JsonObject
        {
            ["blob"] = $"incoming/{path}",
            ["schema"] = JsonNode.Parse("""{"fields": [{"name": "id", "type": "integer"}, {"name": "name", "type": "string"}]}"""),
            ["delimiter"] = ",",
            ["header"] = true,
            ["encoding"] = "utf-8",
            ["chunkBytes"] = 200,
            ["maxParallel"] = parallel,
        };
        if (ratio is not null) request["maxRejectedRatio"] = ratio;
        return await _host.StartJobAsync(request);
    }

    private Task<HttpResponseMessage> ChangeAsync(string id, JsonNode change) =>
        _host.Http.PatchAsJsonAsync($"csv/{id}", change);
}
