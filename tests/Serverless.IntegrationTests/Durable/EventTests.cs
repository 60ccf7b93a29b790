using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;

namespace Serverless.IntegrationTests.Durable;

public sealed class EventTests
{
    private static TestFunctions Functions() => new TestFunctions()
        .Activity<int, int>("Add", n => n + 1)
        .Orchestrator("WaitForGo", async c =>
        {
            c.SetCustomStatus("waiting");
            var value = await c.WaitForExternalEvent<string>("Go");
            c.SetCustomStatus("passed");
            return "got " + value;
        })
        .Orchestrator("TwoAfterTimer", async c =>
        {
            await c.CreateTimer(TimeSpan.FromMinutes(3), CancellationToken.None);
            return await c.WaitForExternalEvent<string>("Go") + await c.WaitForExternalEvent<string>("go");
        })
        .Orchestrator("TwoWaits", async c =>
        {
            var a = c.WaitForExternalEvent<string>("Go");
            var b = c.WaitForExternalEvent<string>("Go");
            c.SetCustomStatus("waiting");
            await Task.WhenAll(a, b);
            return $"a={await a} b={await b}";
        })
        .Orchestrator("Timeout", async c =>
        {
            try
            {
                c.SetCustomStatus("waiting");
                return "got " + await c.WaitForExternalEvent<string>("Go", TimeSpan.FromMinutes(1));
            }
            catch (TaskCanceledException)
            {
                return "too late";
            }
        })
        .Orchestrator("Sends", async c =>
        {
            c.SendEvent(c.GetInput<string>()!, "Go", "from " + c.InstanceId);
            await c.CallActivityAsync<int>("Add", 1);
            return "sent";
        });

    [Fact]
    public async Task Wait_EventLater_GetsItWithoutRegardToCase()
    {
        await using var host = await DurableHost.StartAsync(Functions());
        var id = await host.Client.ScheduleNewOrchestrationInstanceAsync("WaitForGo");
        await host.ReachesAsync(id, "waiting");

        await host.Client.RaiseEventAsync(id, "go", "now");

        var end = await host.EndAsync(id);
        Assert.Equal("got now", end.ReadOutputAs<string>());
        Assert.Equal("\"passed\"", end.SerializedCustomStatus);
    }

    [Fact]
    public async Task Wait_EventsBefore_GetsThemInOrder()
    {
        await using var host = await DurableHost.StartAsync(Functions());
        var id = await host.Client.ScheduleNewOrchestrationInstanceAsync("TwoAfterTimer");
        await host.Client.RaiseEventAsync(id, "Go", "1");
        await host.Client.RaiseEventAsync(id, "Go", "2");

        Assert.Equal("12", (await host.TurnClockUntilEndAsync(id, TimeSpan.FromMinutes(1))).ReadOutputAs<string>());
    }

    [Fact]
    public async Task TwoWaits_ForOneName_TheLaterGetsTheFirstEvent()
    {
        await using var host = await DurableHost.StartAsync(Functions());
        var id = await host.Client.ScheduleNewOrchestrationInstanceAsync("TwoWaits");
        await host.ReachesAsync(id, "waiting");

        await host.Client.RaiseEventAsync(id, "Go", "1");
        await host.Client.RaiseEventAsync(id, "Go", "2");

        Assert.Equal("a=2 b=1", (await host.EndAsync(id)).ReadOutputAs<string>());
    }

    [Fact]
    public async Task WaitWithTimeout_NoEvent_IsCancelled()
    {
        await using var host = await DurableHost.StartAsync(Functions());
        var id = await host.Client.ScheduleNewOrchestrationInstanceAsync("Timeout");

        Assert.Equal("too late", (await host.TurnClockUntilEndAsync(id, TimeSpan.FromSeconds(20))).ReadOutputAs<string>());
    }

    [Fact]
    public async Task WaitWithTimeout_EventInTime_GetsIt()
    {
        await using var host = await DurableHost.StartAsync(Functions());
        var id = await host.Client.ScheduleNewOrchestrationInstanceAsync("Timeout");
        await host.ReachesAsync(id, "waiting");
        await host.Client.RaiseEventAsync(id, "Go", "it");

        Assert.Equal("got it", (await host.EndAsync(id)).ReadOutputAs<string>());
    }

    [Fact]
    public async Task SendEvent_ToAnother_Arrives()
    {
        await using var host = await DurableHost.StartAsync(Functions());
        await host.Client.ScheduleNewOrchestrationInstanceAsync("WaitForGo", new StartOrchestrationOptions("target"));

        Assert.Equal("sent", (await host.RunAsync("Sends", "target", "sender")).ReadOutputAs<string>());
        Assert.Equal("got from sender", (await host.EndAsync("target")).ReadOutputAs<string>());
        Assert.Equal("sent", (await host.RunAsync("Sends", "nobody")).ReadOutputAs<string>());
    }

    [Fact]
    public async Task RaiseEvent_HostRestartedBeforeTheTurn_IsKept()
    {
        await using var host = await DurableHost.StartAsync(Functions());
        var id = await host.Client.ScheduleNewOrchestrationInstanceAsync("TwoAfterTimer");
        await host.Client.RaiseEventAsync(id, "Go", "1");
        await host.RestartAsync();
        await host.Client.RaiseEventAsync(id, "Go", "2");
        await host.RestartAsync();

        Assert.Equal("12", (await host.TurnClockUntilEndAsync(id, TimeSpan.FromMinutes(1))).ReadOutputAs<string>());
    }

    [Fact]
    public async Task RaiseEvent_ToNobodyOrAFinishedOne_Throws()
    {
        await using var host = await DurableHost.StartAsync(Functions());
        var end = await host.RunAsync("Sends", "nobody");

        await Assert.ThrowsAsync<ArgumentException>(() => host.Client.RaiseEventAsync("nobody", "Go"));
        await Assert.ThrowsAsync<InvalidOperationException>(() => host.Client.RaiseEventAsync(end.InstanceId, "Go"));
    }
}
