using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Time.Testing;
using Serverless.CsvJobs;
using Serverless.CsvJobs.Blobs;
using Serverless.CsvJobs.Store;
using Serverless.Storage;
using Serverless.TestSupport;

namespace Serverless.IntegrationTests.Csv.Jobs;

[Collection(AzuriteTests.Name)]
public sealed class FaultTests(AzuriteFixture azurite)
{
    private const int Kilo = 1024;

    // Beyond the first sample of 256 KiB, so that only ranges ask for what lies there.
    private static readonly byte[] Large = Lines(40_000);

    [Fact]
    public async Task ReplacedBlob_Fails_AndNothingIsCommitted()
    {
        var replaced = 0;
        var hook = new DownloadHook(azurite.ConnectionString, async (start, _, _) =>
        {
            if (start > 256 * Kilo && Interlocked.Exchange(ref replaced, 1) == 0) await ReplaceAsync("fault/replaced.csv");
        });
        await using var host = await CsvHost.StartAsync(azurite, overrides: hook.Register);

        var status = await host.RunAsync(
            "fault/replaced.csv", Large, new JsonObject { ["chunkBytes"] = 64 * Kilo, ["schema"] = Schema(), ["maxParallel"] = 2 });

        Assert.Equal(CsvJobState.Failed, status.State);
        Assert.Contains("was replaced during the job", status.Error, StringComparison.Ordinal);
        Assert.Empty(status.Outputs);
    }

    [Fact]
    public async Task MissingBlob_RetriedThreeTimesAMinuteApart_Fails()
    {
        var time = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        await using var host = await CsvHost.StartAsync(azurite, time);
        var id = await host.StartJobAsync(new JsonObject { ["blob"] = "incoming/fault/missing.csv" });

        for (var retry = 1; retry <= 3; retry++)
        {
            await Eventually.TrueAsync(
                async () => (await host.FindAsync(id)).Progress?.Status.Contains($"retry {retry} of 3", StringComparison.Ordinal) == true);
            time.Advance(TimeSpan.FromMinutes(1));
        }

        var status = await host.WaitAsync(id);
        Assert.Equal(CsvJobState.Failed, status.State);
        Assert.Contains("There is no blob incoming/fault/missing.csv", status.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task MissingBlob_ThatComesLate_IsProcessedOnce()
    {
        var time = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        await using var host = await CsvHost.StartAsync(azurite, time);
        var id = await host.StartJobAsync(new JsonObject { ["blob"] = "incoming/fault/late.csv" });
        await Eventually.TrueAsync(async () => (await host.FindAsync(id)).Progress?.Phase == "wait");

        await host.UploadAsync("fault/late.csv", Lines(3));
        time.Advance(TimeSpan.FromMinutes(1));

        Assert.Equal(CsvJobState.Completed, (await host.WaitAsync(id)).State);
        var etag = await new IncomingBlobs(azurite.Containers).FindETagAsync("fault/late.csv", CancellationToken.None);
        Assert.True(await Store().HasJobAsync("fault/late.csv", etag, CancellationToken.None));
    }

    [Fact]
    public async Task Cancel_RangesInFlight_StopAndNothingIsCommitted()
    {
        var entered = new TaskCompletionSource();
        var left = new TaskCompletionSource();
        var hook = new DownloadHook(azurite.ConnectionString, async (start, _, cancellationToken) =>
        {
            if (start < 256 * Kilo) return;
            entered.TrySetResult();
            await using var registration = cancellationToken.Register(() => left.TrySetResult());
            await left.Task;
        });
        await using var host = await CsvHost.StartAsync(
            azurite, overrides: hook.Register, settings: new() { ["Csv:CancelPoll"] = "00:00:00.050" });
        await host.UploadAsync("fault/cancel.csv", Large);
        var id = await host.StartJobAsync(
            new JsonObject { ["blob"] = "incoming/fault/cancel.csv", ["chunkBytes"] = 64 * Kilo, ["schema"] = Schema() });
        await entered.Task;

        using var response = await host.Http.DeleteAsync($"csv/{id}");

        Assert.Equal(HttpStatusCode.Accepted, response.StatusCode);
        await left.Task.WaitAsync(TimeSpan.FromMinutes(2));
        var status = await host.WaitAsync(id);
        Assert.Equal((CsvJobState.Cancelled, 0), (status.State, status.Outputs.Count));
        using var again = await host.Http.DeleteAsync($"csv/{id}");
        Assert.Equal(HttpStatusCode.Accepted, again.StatusCode);
        Assert.Equal(
            id, await host.StartJobAsync(
                new JsonObject { ["blob"] = "incoming/fault/cancel.csv", ["chunkBytes"] = 64 * Kilo, ["schema"] = Schema() }));
    }

    [Fact]
    public async Task Cancel_StagedParts_AreGoneSoon()
    {
        var time = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        await using var host = await CsvHost.StartAsync(azurite, time);
        var id = await host.StartJobAsync(new JsonObject { ["blob"] = "incoming/fault/parts.csv" });
        await Eventually.TrueAsync(async () => (await host.FindAsync(id)).Progress?.Phase == "wait");
        var folder = await JobFolder.OpenAsync(azurite.Containers, JobFolder.NameOf("fault/parts.csv", id), CancellationToken.None);
        foreach (var part in (string[])["a", "b"]) await folder.GetPart(part).UploadAsync(BinaryData.FromString(part));

        using var response = await host.Http.DeleteAsync($"csv/{id}");

        Assert.Equal(HttpStatusCode.Accepted, response.StatusCode);
        Assert.Equal(2, (await folder.ListPartsAsync("", CancellationToken.None)).Count);
        await Eventually.TrueAsync(async () =>
        {
            time.Advance(TimeSpan.FromMinutes(1));
            return (await folder.ListPartsAsync("", CancellationToken.None)).Count == 0;
        });
    }

    [Fact]
    public async Task Cancel_CompletedJob_IsTooLate()
    {
        await using var host = await CsvHost.StartAsync(azurite);
        var status = await host.RunAsync("fault/done.csv", Lines(3));

        using var response = await host.Http.DeleteAsync($"csv/{status.Id}");

        Assert.Equal(HttpStatusCode.Conflict, response.StatusCode);
        Assert.Equal(CsvJobState.Completed, (await host.FindAsync(status.Id)).State);
    }

    [Fact]
    public async Task TooManyRejects_FailsEarly_AndShowsThem()
    {
        var file = Encoding.UTF8.GetBytes("id,name\n1,a\n" + string.Concat(Enumerable.Repeat("x,y,z\n", 500)));
        await using var host = await CsvHost.StartAsync(azurite, settings: new() { ["Csv:RangesPerFold"] = "8" });

        var status = await host.RunAsync(
            "fault/ratio.csv", file, new JsonObject { ["chunkBytes"] = 60, ["maxParallel"] = 2, ["maxRejectedRatio"] = 0.1 });

        Assert.Equal(CsvJobState.Failed, status.State);
        Assert.Contains("maxRejectedRatio 0.1", status.Error, StringComparison.Ordinal);
        Assert.Equal(["rejects.csv"], status.Outputs.Select(o => Path.GetFileName(o.Name)));
        var rejects = (await host.ReadAsync(status, "rejects.csv")).Count(c => c == '\n') - 1;
        Assert.InRange(rejects, 51, 400);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task RangeTooLargeForTimeOrMemory_IsSplitUntilItFits(bool memory)
    {
        await using var sound = await CsvHost.StartAsync(azurite);
        var expected = await sound.ReadAsync(await sound.RunAsync("fault/split.csv", Large), "clean.csv");
        var hook = new DownloadHook(azurite.ConnectionString, (start, length, _) =>
        {
            if (start == 0 || length <= 90 * Kilo) return ValueTask.CompletedTask;
            throw memory ? new InsufficientMemoryException("Too large.") : new TimeoutException("Too slow.");
        });
        await using var host = await CsvHost.StartAsync(azurite, overrides: hook.Register);

        var status = await host.RunAsync(
            $"fault/split-{memory}.csv", Large, new JsonObject { ["chunkBytes"] = 256 * Kilo, ["schema"] = Schema() });

        Assert.Equal(CsvJobState.Completed, status.State);
        Assert.True(status.Progress!.Total >= Large.Length / (64 * Kilo), $"{status.Progress}");
        Assert.Equal(expected, await host.ReadAsync(status, "clean.csv"));
    }

    [Fact]
    public async Task RangeThatHangs_IsGivenUpAtTheTimeLimit()
    {
        var time = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        var hangs = 0;
        var hook = new DownloadHook(azurite.ConnectionString, async (start, length, cancellationToken) =>
        {
            if (start == 0 || length <= 300 * Kilo) return;
            Interlocked.Increment(ref hangs);
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellationToken);
        });
        await using var host = await CsvHost.StartAsync(azurite, time, hook.Register);
        await host.UploadAsync("fault/hang.csv", Large);
        var id = await host.StartJobAsync(
            new JsonObject
            {
                ["blob"] = "incoming/fault/hang.csv",
                ["chunkBytes"] = 512 * Kilo,
                ["schema"] = Schema(),
                ["maxParallel"] =
                1
            });
        await Eventually.TrueAsync(() => hangs == 1);

        time.Advance(TimeSpan.FromMinutes(5));

        Assert.Equal(CsvJobState.Completed, (await host.WaitAsync(id)).State);
        Assert.Equal(1, hangs);
    }

    [Fact]
    public async Task SmallestRangeFails_JobFailsWithTheRangeAndTheError()
    {
        var hook = new DownloadHook(azurite.ConnectionString, (start, _, _) =>
            start > 256 * Kilo ? throw new TimeoutException("No luck today.") : ValueTask.CompletedTask);
        await using var host = await CsvHost.StartAsync(
            azurite, overrides: hook.Register, settings: new() { ["Csv:MinChunkBytes"] = "65536" });

        var status = await host.RunAsync(
            "fault/final.csv", Large, new JsonObject { ["chunkBytes"] = 128 * Kilo, ["schema"] = Schema(), ["maxParallel"] = 1 });

        Assert.Equal(CsvJobState.Failed, status.State);
        Assert.Matches(@"^Range 0000\dx?\w* \(bytes \d+ to \d+\) failed: No luck today\.$", status.Error);
        Assert.Empty(status.Outputs);
    }

    [Fact]
    public async Task OtherFailure_IsRetriedWithBackoff()
    {
        var time = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        var failures = 0;
        var hook = new DownloadHook(azurite.ConnectionString, (start, _, _) =>
            start > 256 * Kilo && Interlocked.Increment(ref failures) <= 2
                ? throw new InvalidOperationException("Not now.") : ValueTask.CompletedTask);
        await using var host = await CsvHost.StartAsync(azurite, time, hook.Register);
        await host.UploadAsync("fault/retry.csv", Large);
        var id = await host.StartJobAsync(
            new JsonObject
            {
                ["blob"] = "incoming/fault/retry.csv",
                ["chunkBytes"] = 256 * Kilo,
                ["schema"] = Schema(),
                ["maxParallel"] =
                1
            });

        await Eventually.TrueAsync(async () =>
        {
            time.Advance(TimeSpan.FromSeconds(1));
            return CsvJobTransitions.IsFinal((await host.FindAsync(id)).State);
        });

        Assert.Equal(CsvJobState.Completed, (await host.FindAsync(id)).State);
        Assert.True(failures > 2);
    }

    // Given, so that the reads that are tampered with are those of ranges, not of a sample for the schema.
    private static JsonNode Schema() => JsonNode.Parse("""{"fields":[{"name":"id","type":"integer"},{"name":"name","type":"string"}]}""")!;

    private static byte[] Lines(int count) => Encoding.UTF8.GetBytes(
        "id,name\n" + string.Concat(Enumerable.Range(1, count).Select(i => $"{i},\"name {i % 100}\"\n")));

    private CsvJobStore Store() => new(new LazyTable(azurite.Tables, CsvJobStore.TableName), TimeProvider.System);

    private async Task ReplaceAsync(string path) =>
        await (await azurite.Containers.GetAsync("incoming")).GetBlobClient(path)
            .UploadAsync(BinaryData.FromString("id,name\n9,Zoe\n"), overwrite: true);
}
