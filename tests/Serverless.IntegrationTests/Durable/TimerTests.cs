using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;

namespace Serverless.IntegrationTests.Durable;

public sealed class TimerTests
{
    private static TestFunctions Functions() => new TestFunctions()
        .Activity<int, int>("Add", n => n + 1)
        .Orchestrator("Sleep", async c =>
        {
            var from = c.CurrentUtcDateTime;
            c.SetCustomStatus("asleep");
            await c.CreateTimer(TimeSpan.FromDays(3), CancellationToken.None);
            return c.CurrentUtcDateTime - from;
        })
        .Orchestrator("CancelledTimer", async c =>
        {
            using var cancel = new CancellationTokenSource();
            var timer = c.CreateTimer(TimeSpan.FromHours(1), cancel.Token);
            var work = c.CallActivityAsync<int>("Add", 1);
            var first = await Task.WhenAny(timer, work);
            cancel.Cancel();
            await c.CallActivityAsync<int>("Add", 1);
            return $"{(first == work ? "work" : "timer")} {timer.Status}";
        });

    [Fact]
    public async Task CreateTimer_Days_FiresWhenTheClockSaysSo()
    {
        await using var host = await DurableHost.StartAsync(Functions());
        var id = await host.Client.ScheduleNewOrchestrationInstanceAsync("Sleep");
        await host.ReachesAsync(id, "asleep");

        host.Time.Advance(TimeSpan.FromDays(2.99));
        Assert.Equal(OrchestrationRuntimeStatus.Running, (await host.Client.GetInstanceAsync(id))!.RuntimeStatus);
        host.Time.Advance(TimeSpan.FromDays(0.02));

        Assert.True((await host.EndAsync(id)).ReadOutputAs<TimeSpan>() >= TimeSpan.FromDays(3));
    }

    [Fact]
    public async Task CreateTimer_HostDownWhenItIsDue_FiresAtTheNextStart()
    {
        await using var host = await DurableHost.StartAsync(Functions());
        var id = await host.Client.ScheduleNewOrchestrationInstanceAsync("Sleep");
        await host.ReachesAsync(id, "asleep");

        await host.RestartAsync(whileDown: () => host.Time.Advance(TimeSpan.FromDays(4)));

        Assert.True((await host.EndAsync(id)).ReadOutputAs<TimeSpan>() >= TimeSpan.FromDays(4));
    }

    [Fact]
    public async Task CreateTimer_Cancelled_IsNoLongerWaitedFor()
    {
        await using var host = await DurableHost.StartAsync(Functions());

        Assert.Equal("work Canceled", (await host.RunAsync("CancelledTimer")).ReadOutputAs<string>());
    }

    [Fact]
    public async Task CreateTimer_ManyAtOnce_FireInTheirOrder()
    {
        await using var host = await DurableHost.StartAsync(new TestFunctions().Orchestrator("Many", async c =>
        {
            var fired = new List<int>();
            await Task.WhenAll(Enumerable.Range(0, 50).Select(async i =>
            {
                await c.CreateTimer(TimeSpan.FromMinutes(50 - i), CancellationToken.None);
                fired.Add(i);
            }));
            return fired;
        }));

        var id = await host.Client.ScheduleNewOrchestrationInstanceAsync("Many");
        var end = await host.TurnClockUntilEndAsync(id, TimeSpan.FromMinutes(1));

        Assert.Equal(Enumerable.Range(0, 50).Reverse(), end.ReadOutputAs<List<int>>());
    }
}
