using System.Text;
using System.Text.Json.Nodes;
using Azure.Core;
using Azure.Core.Pipeline;
using Azure.Data.Tables;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Serverless.Csv.Output;
using Serverless.CsvJobs;
using Serverless.CsvJobs.Store;
using Serverless.TestSupport;

namespace Serverless.IntegrationTests.Csv.Jobs;

/// <summary>On an Azurite of its own: the reconciler takes up whatever lies in the container.</summary>
public sealed class ReconcilerTests(AzuriteFixture azurite) : IClassFixture<AzuriteFixture>
{
    private const int ManyFiles = 20;

    // The time of the last run is read and written.
    private const int OwnCalls = 2;

    private static readonly byte[] File = Encoding.UTF8.GetBytes("id,name\n1,Ann\n");

    [Fact]
    public async Task Run_DroppedFiles_EachGetsOneJobAfterTheGrace()
    {
        var time = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        var calls = new CountingPolicy();
        await using var host = await CsvHost.StartAsync(azurite, time, services => services.AddSingleton(Tables(calls)));
        await ForgetAsync(host);
        var reconciler = ActivatorUtilities.CreateInstance<CsvReconciler>(host.Services);
        var store = host.Services.GetRequiredService<CsvJobStore>();
        var incoming = host.Services.GetRequiredService<IncomingBlobs>();
        await host.UploadAsync("drop/a.csv", File);
        await host.UploadAsync("drop/other.schema.json", File);
        var etag = await incoming.UploadAsync(
            "drop/b.csv", new MemoryStream(File), new JsonObject { ["output"] = "jsonl" }, CancellationToken.None);
        await incoming.UploadAsync(
            "drop/wrong.csv", new MemoryStream(File), new JsonObject { ["output"] = "exe" }, CancellationToken.None);

        await RunAsync(reconciler, host);
        Assert.Empty(await JobsAsync(store, "drop/"));

        time.Advance(TimeSpan.FromSeconds(30));
        await RunAsync(reconciler, host);
        var jobs = await JobsAsync(store, "drop/");
        Assert.Equal(["drop/a.csv", "drop/b.csv"], jobs.Select(j => j.Path).Order(StringComparer.Ordinal));

        // The uploader and the reconciler mean the same job.
        Assert.Contains(CsvJobId.Create("drop/b.csv", etag, new CsvJobOptions(CsvOutput.Jsonl)), jobs.Select(j => j.RowKey));
        foreach (var job in jobs) Assert.Equal(CsvJobState.Completed, (await host.WaitAsync(job.RowKey)).State);

        // What is known costs nothing: one listing, the time of the last run, no look-up.
        calls.Reset();
        await RunAsync(reconciler, host);
        Assert.Equal(OwnCalls, calls.Count);
    }

    [Fact]
    public async Task Run_ManyOldFiles_CostWhatIsNew_AlsoOnAHostThatKnowsNone()
    {
        var time = new FakeTimeProvider(TimeProvider.System.GetUtcNow().AddHours(1));
        await using (var first = await CsvHost.StartAsync(azurite, time))
        {
            await ForgetAsync(first);
            for (var i = 0; i < ManyFiles; i++) await first.UploadAsync($"many/{i}.csv", File);
            await RunAsync(ActivatorUtilities.CreateInstance<CsvReconciler>(first.Services), first);
            Assert.Equal(ManyFiles, (await JobsAsync(first.Services.GetRequiredService<CsvJobStore>(), "many/")).Count);
        }

        var calls = new CountingPolicy();
        await using var host = await CsvHost.StartAsync(azurite, time, services => services.AddSingleton(Tables(calls)));
        var reconciler = ActivatorUtilities.CreateInstance<CsvReconciler>(host.Services);
        await host.Services.GetRequiredService<CsvJobStore>().FindReconciledAsync(CancellationToken.None);
        calls.Reset();

        await RunAsync(reconciler, host);

        // What the host reads by itself may come between; a look-up for each file would be many more.
        Assert.InRange(calls.Count, OwnCalls, ManyFiles / 2);
    }

    [Fact]
    public async Task Run_FailsHalfWay_TheNextStartsTheRest()
    {
        var time = new FakeTimeProvider(TimeProvider.System.GetUtcNow().AddHours(1));
        await using var host = await CsvHost.StartAsync(azurite, time);
        var store = host.Services.GetRequiredService<CsvJobStore>();
        var reconciler = ActivatorUtilities.CreateInstance<CsvReconciler>(host.Services);
        await ForgetAsync(host);
        await host.UploadAsync("half/a.csv", File);

        using var stopped = new CancellationTokenSource();
        await stopped.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => reconciler.RunAsync(new(host.Host.DurableClient), stopped.Token));
        await RunAsync(reconciler, host);

        Assert.Single(await JobsAsync(store, "half/"));
    }

    [Fact]
    public async Task Run_NewContent_IsANewJob_AndTheSameIsNot()
    {
        var time = new FakeTimeProvider(TimeProvider.System.GetUtcNow().AddMinutes(1));
        await using var host = await CsvHost.StartAsync(azurite, time);
        var store = host.Services.GetRequiredService<CsvJobStore>();
        await ForgetAsync(host);
        var status = await host.RunAsync("again/a.csv", File, new JsonObject { ["output"] = "parquet" });

        await RunAsync(ActivatorUtilities.CreateInstance<CsvReconciler>(host.Services), host);
        Assert.Equal([status.Id], (await JobsAsync(store, "again/")).Select(j => j.RowKey));

        await host.UploadAsync("again/a.csv", [.. File, .. "2,Bob\n"u8]);
        await RunAsync(ActivatorUtilities.CreateInstance<CsvReconciler>(host.Services), host);
        Assert.Equal(2, (await JobsAsync(store, "again/")).Count);
    }

    // The tests share an account, and each has a clock of its own.
    private static Task ForgetAsync(CsvHost host) =>
        host.Services.GetRequiredService<CsvJobStore>().SaveReconciledAsync(DateTimeOffset.UnixEpoch, CancellationToken.None);

    private static async Task<List<CsvJobEntity>> JobsAsync(CsvJobStore store, string prefix) =>
        [.. (await store.ListAsync(100, null, CancellationToken.None)).Jobs.Where(
            j => j.Path.StartsWith(prefix, StringComparison.Ordinal))];

    private static Task RunAsync(CsvReconciler reconciler, CsvHost host) =>
        reconciler.RunAsync(new(host.Host.DurableClient), CancellationToken.None);

    private TableServiceClient Tables(CountingPolicy policy)
    {
        var options = new TableClientOptions();
        options.AddPolicy(policy, HttpPipelinePosition.PerCall);
        return new TableServiceClient(azurite.ConnectionString, options);
    }

    private sealed class CountingPolicy : HttpPipelineSynchronousPolicy
    {
        private int _count;

        public int Count => _count;

        public void Reset() => _count = 0;

        public override void OnSendingRequest(HttpMessage message) => Interlocked.Increment(ref _count);
    }
}
