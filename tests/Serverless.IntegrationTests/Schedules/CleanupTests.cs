using Azure.Data.Tables;
using Azure.Storage.Blobs;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Time.Testing;
using Serverless.Cleanup;
using Serverless.CsvJobs;
using Serverless.CsvJobs.Store;
using Serverless.IntegrationTests.Tasks;
using Serverless.Monitoring;
using Serverless.Storage;
using Serverless.Tasks;
using Serverless.Tasks.Sending;
using Serverless.TestSupport;
using Serverless.Timers;

namespace Serverless.IntegrationTests.Schedules;

[Collection(ScheduleTests.Name)]
public sealed class CleanupTests(AzuriteFixture azurite)
{
    private static readonly Type[] Functions =
    [
        typeof(CleanupOrchestrator), typeof(PurgeTasks), typeof(PurgeOrchestrations), typeof(PurgeWorkflowRuns), typeof(PurgeExecutions),
        typeof(PurgeActions), typeof(PurgeLeftovers), typeof(PurgeMail), typeof(PurgeNotifications), typeof(PurgeSessions),
    ];

    private Task<TaskHost> StartAsync(
        Action<IServiceCollection>? services = null, Dictionary<string, string?>? settings = null, bool withTimer = false) =>
        TaskHost.StartAsync(
            azurite, services, settings, time: new FakeTimeProvider(
                DateTimeOffset.UnixEpoch.AddYears(56).AddHours(1)), functions: withTimer
                    ? [.. Functions, typeof(ClockTimer)] : Functions);

    private static async Task<OrchestrationMetadata> CleanAsync(TaskHost host)
    {
        await ActivatorUtilities.CreateInstance<CleanupTimer>(host.Services).RunAsync(new(host.Durable), CancellationToken.None);
        OrchestrationMetadata? instance = null;
        await Eventually.TrueAsync(async () =>
        {
            // Retries wait on the host's clock.
            host.Time.Advance(TimeSpan.FromSeconds(1));
            return (instance = await host.Durable.GetInstanceAsync(
                CleanupTimer.InstanceId, getInputsAndOutputs: true)) is { IsCompleted: true };
        });
        return instance!;
    }

    private static long Deleted(OrchestrationMetadata instance, string step) => instance.ReadOutputAs<Dictionary<string, long>>()![step];

    [Fact]
    public async Task Timer_AtTwo_StartsOneCleanup()
    {
        await using var host = await StartAsync(
            services => services.RemoveAll<ITimedWork>().AddTimedWork<CleanupTimer>()
                .AddSingleton(new WorkStore(new LazyTable(azurite.Tables, "CleanupTimer"))),
            withTimer: true);
        await Eventually.TrueAsync(async () =>
        {
            host.Time.Advance(TimeSpan.FromMinutes(1));
            return await host.Durable.GetInstanceAsync(CleanupTimer.InstanceId) is not null;
        });
        Assert.True(host.Time.GetUtcNow().TimeOfDay >= TimeSpan.FromHours(2));

        // Whoever comes while it runs, or at the same moment, starts no second one.
        var timer = ActivatorUtilities.CreateInstance<CleanupTimer>(host.Services);
        await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => timer.RunAsync(new(host.Durable), CancellationToken.None)));
    }

    [Fact]
    public async Task Run_Tasks_ForgottenOnesGo()
    {
        await using var host = await StartAsync();
        var (old, young) = (await host.SendAsync(), await host.SendAsync(options: new SendOptions { ResultTtl = TimeSpan.FromDays(3) }));
        await host.WaitAsync(old, TaskState.Success);
        await host.WaitAsync(young, TaskState.Success);
        await host.SettledAsync();
        host.Time.Advance(TimeSpan.FromHours(2));

        Assert.True(Deleted(await CleanAsync(host), nameof(PurgeTasks)) >= 1);
        Assert.NotNull(await host.Tasks.GetAsync(young));
    }

    [Fact]
    public async Task Run_Orchestrations_LongEndedOnesGoAndRunningOnesStay()
    {
        await using var host = await StartAsync();
        await CleanAsync(host);
        await host.Durable.ScheduleNewOrchestrationInstanceAsync(nameof(CleanupOrchestrator), new StartOrchestrationOptions("ended"));
        await host.Durable.ScheduleNewOrchestrationInstanceAsync(
            "nobody runs it", new StartOrchestrationOptions("late", host.Time.GetUtcNow().AddDays(20)));
        await Eventually.TrueAsync(async () => await host.Durable.GetInstanceAsync("ended") is { IsCompleted: true });
        host.Time.Advance(TimeSpan.FromDays(6));
        Assert.Equal(0, Deleted(await CleanAsync(host), nameof(PurgeOrchestrations)));
        host.Time.Advance(TimeSpan.FromDays(2));

        Assert.Equal(1, Deleted(await CleanAsync(host), nameof(PurgeOrchestrations)));
        Assert.Null(await host.Durable.GetInstanceAsync("ended"));
        Assert.NotNull(await host.Durable.GetInstanceAsync("late"));
    }

    [Fact]
    public async Task Run_Sessions_ExpiredRowsGoAndOthersStay()
    {
        await using var host = await StartAsync(settings: new() { ["Cleanup:SessionsTable"] = "CleanupSessions" });
        var table = azurite.Tables.GetTableClient("CleanupSessions");
        await table.CreateIfNotExistsAsync();
        var now = host.Time.GetUtcNow();
        for (var i = 0; i < 250; i++)
            await table.AddEntityAsync(new TableEntity($"user-{i % 3}", $"{i}") { ["ExpiresAt"] = now.AddHours(i - 200) });
        await table.AddEntityAsync(new TableEntity("user-0", "without"));

        Assert.Equal(201, Deleted(await CleanAsync(host), nameof(PurgeSessions)));
        Assert.Equal(50, await table.QueryAsync<TableEntity>().CountAsync());
        Assert.True((await table.GetEntityIfExistsAsync<TableEntity>("user-0", "without")).HasValue);
    }

    [Fact]
    public async Task Run_NoSessionsTable_IsNoFailure()
    {
        await using var host = await StartAsync(settings: new() { ["Cleanup:SessionsTable"] = "NoSuchTable" });
        Assert.Equal(0, Deleted(await CleanAsync(host), nameof(PurgeSessions)));
    }

    [Fact]
    public async Task Run_Leftovers_OfEndedJobsGoAndOfRunningJobsStay()
    {
        // Blobs have the age that the storage gives them: the clock of the host is ahead of it.
        await using var host = await TaskHost.StartAsync(
            azurite, time: new FakeTimeProvider(DateTimeOffset.UnixEpoch.AddYears(100)), functions: Functions);
        var store = host.Services.GetRequiredService<CsvJobStore>();
        var processed = (await azurite.Containers.GetAllAsync(Containers.Processed))[0];
        foreach (var (id, state) in new[] { ("running", CsvJobState.Running), ("cancelled", CsvJobState.Cancelled) })
        {
            await store.AddAsync(
                new CsvJobEntity { RowKey = $"leftover-{id}", Path = $"{id}.csv", BlobETag = "x" }, CancellationToken.None);
            await store.MoveAsync($"leftover-{id}", state, null, CancellationToken.None);
            foreach (var name in new[] { ".parts/a", ".parts/b", "clean.csv" })
                await UploadAsync(processed, $"{id}.csv/leftover-{id}/{name}");
        }

        await UploadAsync(processed, "unknown.csv/leftover-unknown/.parts/a");

        Assert.Equal(3, Deleted(await CleanAsync(host), nameof(PurgeLeftovers)));
        var left = await processed.GetBlobsAsync().Select(b => b.Name).Where(n => n.Contains("leftover-", StringComparison.Ordinal))
            .ToListAsync();
        Assert.Equal(
            ["cancelled.csv/leftover-cancelled/clean.csv", "running.csv/leftover-running/.parts/a", "running.csv/leftover-running/.parts/b",
                "running.csv/leftover-running/clean.csv"],
            left);
    }

    [Fact]
    public async Task Run_StepThatFails_KeepsTheOthersFromNothingAndSaysSo()
    {
        await using var host = await StartAsync(
            services: s => s.AddSingleton(
                new OrphanedPartCleaner(
                    new Containers(
                        new BlobServiceClient(new Uri("http://127.0.0.1:9/none"), new BlobClientOptions { Retry = { MaxRetries = 0 } })),
                        null!)));
        var id = await host.SendAsync();
        await host.WaitAsync(id, TaskState.Success);
        await host.SettledAsync();
        host.Time.Advance(TimeSpan.FromHours(2));

        var instance = await CleanAsync(host);
        Assert.Equal(OrchestrationRuntimeStatus.Failed, instance.RuntimeStatus);
        Assert.Contains(nameof(PurgeLeftovers), instance.FailureDetails!.ErrorMessage, StringComparison.Ordinal);
        Assert.DoesNotContain(nameof(PurgeSessions), instance.FailureDetails.ErrorMessage, StringComparison.Ordinal);
        Assert.Null(await host.Tasks.GetAsync(id));
    }

    [Fact]
    public async Task Run_Steps_AreSeenInTheMonitor()
    {
        await using var host = await StartAsync();
        await CleanAsync(host);
        var monitor = host.Services.GetRequiredService<TaskMonitor>();
        var expected =
            new[] { "cleanup.executions", "cleanup.leftovers", "cleanup.orchestrations", "cleanup.sessions", "cleanup.tasks",
                "cleanup.workflow_runs" };
        await Eventually.TrueAsync(async () =>
        {
            host.Time.Advance(TimeSpan.FromSeconds(5));
            var seen = await monitor.ReadTasksAsync(24);
            return expected.All(name => seen.Any(t => t.Task == name && t.Succeeded > 0));
        });
    }

    private static async Task UploadAsync(BlobContainerClient container, string name) =>
        await container.GetBlobClient(name).UploadAsync(BinaryData.FromString("x"), overwrite: true);
}
