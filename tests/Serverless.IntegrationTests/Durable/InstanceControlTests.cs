using DurableTask.Core.Exceptions;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using Serverless.TestSupport;

namespace Serverless.IntegrationTests.Durable;

public sealed class InstanceControlTests
{
    private static TestFunctions Functions() => new TestFunctions()
        .Activity<int, int>("Add", n => n + 1)
        .Orchestrator("WaitForGo", async c =>
        {
            c.SetCustomStatus("waiting");
            return "got " + await c.WaitForExternalEvent<string>("Go");
        })
        .Orchestrator("Echo", c => Task.FromResult(c.GetInput<string>()))
        .Orchestrator(
            "Parent", c => c.CallSubOrchestratorAsync<string>(
                "Echo", "x", new SubOrchestrationOptions(instanceId: c.InstanceId + "-child")));

    private static async Task<DurableHost> WaitingAsync(string id)
    {
        var host = await DurableHost.StartAsync(Functions());
        await host.Client.ScheduleNewOrchestrationInstanceAsync("WaitForGo", new StartOrchestrationOptions(id));
        await host.ReachesAsync(id, "waiting");
        return host;
    }

    [Fact]
    public async Task Suspend_ThenResume_KeepsWhatCameMeanwhile()
    {
        await using var host = await WaitingAsync("s");
        await host.Client.SuspendInstanceAsync("s", "pause");
        await host.ReachesAsync("s", OrchestrationRuntimeStatus.Suspended);
        await host.Client.RaiseEventAsync("s", "Go", "while suspended");
        await host.RestartAsync();

        var suspended = await host.Client.GetInstanceAsync("s", getInputsAndOutputs: true);
        Assert.Equal(OrchestrationRuntimeStatus.Suspended, suspended!.RuntimeStatus);
        Assert.Equal("pause", suspended.SerializedOutput);
        Assert.Equal("\"waiting\"", suspended.SerializedCustomStatus);
        Assert.False(suspended.IsRunning);
        await host.Client.ResumeInstanceAsync("s", "on");

        Assert.Equal("got while suspended", (await host.EndAsync("s")).ReadOutputAs<string>());
    }

    [Fact]
    public async Task Suspend_ActivityEndsMeanwhile_ResultIsKept()
    {
        var (started, release) = (new TaskCompletionSource(), new TaskCompletionSource());
        var runs = 0;
        await using var host = await DurableHost.StartAsync(new TestFunctions()
            .Activity<int, int>("Work", async (n, _) =>
            {
                started.TrySetResult();
                await release.Task;
                return n + Interlocked.Increment(ref runs);
            })
            .Orchestrator("Works", c => c.CallActivityAsync<int>("Work", 10)));
        var id = await host.Client.ScheduleNewOrchestrationInstanceAsync("Works");
        await started.Task;
        await host.Client.SuspendInstanceAsync(id);
        await host.ReachesAsync(id, OrchestrationRuntimeStatus.Suspended);
        release.SetResult();
        await Eventually.TrueAsync(() => runs == 1);
        await host.RestartAsync();

        await host.Client.ResumeInstanceAsync(id);

        Assert.Equal(11, (await host.EndAsync(id)).ReadOutputAs<int>());
    }

    [Fact]
    public async Task Terminate_Running_EndsWithTheOutputGiven()
    {
        await using var host = await WaitingAsync("t");

        await host.Engine.Commands.TerminateAsync("t", "enough");

        var end = await host.EndAsync("t");
        Assert.Equal(OrchestrationRuntimeStatus.Terminated, end.RuntimeStatus);
        Assert.Equal("enough", end.SerializedOutput);
        Assert.Equal("\"waiting\"", end.SerializedCustomStatus);
        await Assert.ThrowsAsync<InvalidOperationException>(() => host.Client.TerminateInstanceAsync("t"));
        await Assert.ThrowsAsync<InvalidOperationException>(() => host.Client.SuspendInstanceAsync("t"));
        await Assert.ThrowsAsync<ArgumentException>(() => host.Client.TerminateInstanceAsync("nobody"));
    }

    [Fact]
    public async Task Terminate_Suspended_Ends()
    {
        await using var host = await WaitingAsync("t");
        await host.Client.SuspendInstanceAsync("t");
        await host.Client.TerminateInstanceAsync("t");

        Assert.Equal(OrchestrationRuntimeStatus.Terminated, (await host.EndAsync("t")).RuntimeStatus);
    }

    [Fact]
    public async Task Purge_FinishedOnly_RemovesIt()
    {
        await using var host = await WaitingAsync("w");
        await host.RunAsync("Echo", "x", "e");

        Assert.Equal(0, (await host.Client.PurgeInstanceAsync("w")).PurgedInstanceCount);
        Assert.Equal(1, (await host.Client.PurgeInstanceAsync("e")).PurgedInstanceCount);
        Assert.Equal(0, (await host.Client.PurgeInstanceAsync("e")).PurgedInstanceCount);
        Assert.Null(await host.Client.GetInstanceAsync("e"));
        Assert.Empty(host.Engine.Commands.ReadHistory("e"));
    }

    [Fact]
    public async Task Purge_Recursive_RemovesTheChildrenToo()
    {
        await using var host = await DurableHost.StartAsync(Functions());
        await host.RunAsync("Parent", id: "p");
        await host.RunAsync("Parent", id: "q");

        Assert.Equal(1, (await host.Client.PurgeInstanceAsync("p")).PurgedInstanceCount);
        Assert.Equal(2, (await host.Client.PurgeInstanceAsync("q", new PurgeInstanceOptions(Recursive: true))).PurgedInstanceCount);
        Assert.NotNull(await host.Client.GetInstanceAsync("p-child"));
    }

    [Fact]
    public async Task PurgeAll_ByTimeAndStatus_RemovesThose()
    {
        await using var host = await DurableHost.StartAsync(Functions());
        for (var i = 0; i < 5; i++)
        {
            await host.RunAsync(i == 4 ? "Nobody" : "Echo", "x", $"e{i}");
            host.Time.Advance(TimeSpan.FromMinutes(1));
        }

        var from = host.Time.GetUtcNow().AddMinutes(-4);
        var purged = await host.Client.PurgeAllInstancesAsync(new PurgeInstancesFilter(from, null, [OrchestrationRuntimeStatus.Completed]));

        Assert.Equal(3, purged.PurgedInstanceCount);
        Assert.True(purged.IsComplete);
        Assert.Equal(["e0", "e4"], (await ToListAsync(host.Client.GetAllInstancesAsync())).Select(m => m.InstanceId));
    }

    [Fact]
    public async Task GetAllInstances_Pages_ListsEachOnce()
    {
        await using var host = await DurableHost.StartAsync(Functions());
        for (var i = 0; i < 25; i++)
            await host.Client.ScheduleNewOrchestrationInstanceAsync("Echo", $"{i}", new StartOrchestrationOptions($"page_{i}"));
        await host.Client.ScheduleNewOrchestrationInstanceAsync("Echo", "x", new StartOrchestrationOptions("pageless"));
        var query = new OrchestrationQuery(InstanceIdPrefix: "page_", PageSize: 10, FetchInputsAndOutputs: true);

        var pages = new List<Page<OrchestrationMetadata>>();
        await foreach (var page in host.Client.GetAllInstancesAsync(query).AsPages()) pages.Add(page);

        Assert.Equal([10, 10, 5], pages.Select(p => p.Values.Count));
        Assert.Equal(Enumerable.Range(0, 25).Select(i => $"{i}"), pages.SelectMany(p => p.Values).Select(m => m.ReadInputAs<string>()));
        Assert.Null(pages[^1].ContinuationToken);
        var rest = await ToListAsync(host.Client.GetAllInstancesAsync(query with { ContinuationToken = pages[0].ContinuationToken }));
        Assert.Equal(15, rest.Count);
    }

    [Fact]
    public async Task Restart_Finished_RunsAgainWithItsInput()
    {
        await using var host = await DurableHost.StartAsync(Functions());
        await host.RunAsync("Echo", "again", "e");

        Assert.Equal("e", await host.Client.RestartAsync("e"));
        var other = await host.Client.RestartAsync("e", restartWithNewInstanceId: true);

        Assert.NotEqual("e", other);
        Assert.Equal("again", (await host.EndAsync("e")).ReadOutputAs<string>());
        Assert.Equal("again", (await host.EndAsync(other)).ReadOutputAs<string>());
    }

    private static async Task<List<OrchestrationMetadata>> ToListAsync(AsyncPageable<OrchestrationMetadata> all)
    {
        var list = new List<OrchestrationMetadata>();
        await foreach (var one in all) list.Add(one);
        return list;
    }
}
