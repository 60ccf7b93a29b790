using DurableTask.Core.Exceptions;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;

namespace Serverless.IntegrationTests.Durable;

public sealed class LifecycleTests
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
    public async Task Start_IdOfARunningInstance_IsRefused()
    {
        await using var host = await WaitingAsync("w");

        var refusal = await Assert.ThrowsAsync<OrchestrationAlreadyExistsException>(() =>
            host.Client.ScheduleNewOrchestrationInstanceAsync("WaitForGo", new StartOrchestrationOptions("w")));

        Assert.Equal("An Orchestration instance with the ID w already exists.", refusal.Message);
    }

    [Fact]
    public async Task Start_ManyAtOnceWithOneId_StartsOne()
    {
        await using var host = await DurableHost.StartAsync(Functions());

        var starts = await Task.WhenAll(Enumerable.Range(0, 20).Select(async _ =>
        {
            try
            {
                await host.Client.ScheduleNewOrchestrationInstanceAsync("WaitForGo", new StartOrchestrationOptions("one"));
                return 1;
            }
            catch (OrchestrationAlreadyExistsException)
            {
                return 0;
            }
        }));

        Assert.Equal(1, starts.Sum());
    }

    [Fact]
    public async Task Start_IdOfAFinishedInstance_StartsAnew()
    {
        await using var host = await DurableHost.StartAsync(Functions());
        await host.RunAsync("Echo", "first", "e");

        Assert.Equal("second", (await host.RunAsync("Echo", "second", "e")).ReadOutputAs<string>());
    }

    [Fact]
    public async Task Start_DedupeStatuses_SayWhatRefuses()
    {
        await using var host = await WaitingAsync("w");
        await host.RunAsync("Echo", "first", "e");
        var completedRefuses = new StartOrchestrationOptions("e").WithDedupeStatuses(OrchestrationRuntimeStatus.Completed);
        var nothingRefuses = new StartOrchestrationOptions("w").WithDedupeStatuses();

        await Assert.ThrowsAsync<OrchestrationAlreadyExistsException>(
            () => host.Client.ScheduleNewOrchestrationInstanceAsync("Echo", completedRefuses));
        await host.Client.ScheduleNewOrchestrationInstanceAsync("Echo", "replaced", nothingRefuses);

        Assert.Equal("replaced", (await host.EndAsync("w")).ReadOutputAs<string>());
    }

    [Fact]
    public async Task Start_Scheduled_WaitsForItsTime()
    {
        await using var host = await DurableHost.StartAsync(Functions());
        var options = new StartOrchestrationOptions("later", host.Time.GetUtcNow().AddHours(1));
        await host.Client.ScheduleNewOrchestrationInstanceAsync("WaitForGo", options);
        await host.Client.RaiseEventAsync("later", "Go", "early");
        await host.RestartAsync();
        Assert.Equal(OrchestrationRuntimeStatus.Pending, (await host.Client.GetInstanceAsync("later"))!.RuntimeStatus);

        host.Time.Advance(TimeSpan.FromHours(1));

        Assert.Equal("got early", (await host.EndAsync("later")).ReadOutputAs<string>());
    }

    [Fact]
    public async Task WaitForInstanceStart_Started_Returns()
    {
        await using var host = await DurableHost.StartAsync(Functions());
        await host.Client.ScheduleNewOrchestrationInstanceAsync("WaitForGo", new StartOrchestrationOptions("w"));

        var metadata = await host.Client.WaitForInstanceStartAsync("w").WaitAsync(TimeSpan.FromMinutes(2));

        Assert.True(metadata.IsRunning);
        Assert.Throws<InvalidOperationException>(metadata.ReadOutputAs<string>);
    }

    [Fact]
    public async Task Tags_AndVersion_AreKept()
    {
        await using var host = await DurableHost.StartAsync(new TestFunctions().Orchestrator("Version", c => Task.FromResult(c.Version)));
        var options = new StartOrchestrationOptions("v") { Version = "2.1", Tags = new Dictionary<string, string> { ["team"] = "a" } };
        await host.Client.ScheduleNewOrchestrationInstanceAsync("Version", options);

        var end = await host.EndAsync("v");

        Assert.Equal("2.1", end.ReadOutputAs<string>());
        Assert.Equal("a", end.Tags["team"]);
    }

    [Fact]
    public async Task Stop_ActivityRuns_IsToldAndItsResultIsKept()
    {
        var started = new TaskCompletionSource();
        var runs = 0;
        await using var host = await DurableHost.StartAsync(new TestFunctions()
            .Activity<int, string>("Work", async (_, token) =>
            {
                runs++;
                started.TrySetResult();
                await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, token)
                    .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                return "told";
            })
            .Orchestrator("Works", c => c.CallActivityAsync<string>("Work", 0)));
        var id = await host.Client.ScheduleNewOrchestrationInstanceAsync("Works");
        await started.Task;

        await host.RestartAsync();

        Assert.Equal("told", (await host.EndAsync(id)).ReadOutputAs<string>());
        Assert.Equal(1, runs);
    }

    [Fact]
    public async Task Stop_ActivityGivesUp_RunsAgainAtTheNextStart()
    {
        var started = new TaskCompletionSource();
        var runs = 0;
        await using var host = await DurableHost.StartAsync(new TestFunctions()
            .Activity<int, int>("Work", async (_, token) =>
            {
                if (Interlocked.Increment(ref runs) > 1) return runs;
                started.TrySetResult();
                await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, token);
                return 0;
            })
            .Orchestrator("Works", c => c.CallActivityAsync<int>("Work", 0)));
        var id = await host.Client.ScheduleNewOrchestrationInstanceAsync("Works");
        await started.Task;

        await host.RestartAsync();

        Assert.Equal(2, (await host.EndAsync(id)).ReadOutputAs<int>());
    }

    [Fact]
    public async Task Activities_ManyWaiting_RunAtMostTheLimitAtOnce()
    {
        var (running, most) = (0, 0);
        await using var host = await DurableHost.StartAsync(
            new TestFunctions()
                .Activity<int, int>("Work", async (n, _) =>
                {
                    var now = Interlocked.Increment(ref running);
                    InterlockedMax(ref most, now);
                    await Task.Yield();
                    Interlocked.Decrement(ref running);
                    return n;
                })
                .Orchestrator(
                    "FanOut",
                    async c => (await Task.WhenAll(Enumerable.Range(0, 200).Select(i => c.CallActivityAsync<int>("Work", i)))).Length),
            maxActivities: 3);

        Assert.Equal(200, (await host.RunAsync("FanOut")).ReadOutputAs<int>());
        Assert.InRange(most, 1, 3);
    }

    private static void InterlockedMax(ref int target, int value)
    {
        for (var seen = Volatile.Read(ref target); value > seen; seen = Volatile.Read(ref target))
            Interlocked.CompareExchange(ref target, value, seen);
    }
}
