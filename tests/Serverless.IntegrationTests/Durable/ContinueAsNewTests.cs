using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using Serverless.TestSupport;

namespace Serverless.IntegrationTests.Durable;

public sealed class ContinueAsNewTests
{
    private static TestFunctions Functions() => new TestFunctions()
        .Activity<int, int>("Add", n => n + 1)
        .Orchestrator("Again", async c =>
        {
            var n = c.GetInput<int>();
            await c.CallActivityAsync<int>("Add", n);
            if (n == 5) return "ended at " + n;
            c.SetCustomStatus("round " + n);
            c.ContinueAsNew(n + 1);
            return "ignored";
        })
        .Orchestrator("Keeps", c => WaitTwiceAsync(c, preserve: true))
        .Orchestrator("Drops", c => WaitTwiceAsync(c, preserve: false));

    [Fact]
    public async Task ContinueAsNew_StartsOverWithAnEmptyHistory()
    {
        await using var host = await DurableHost.StartAsync(Functions());

        var end = await host.RunAsync("Again", 0, "again");

        Assert.Equal("ended at 5", end.ReadOutputAs<string>());
        Assert.Equal("5", end.SerializedInput);
        Assert.Equal("null", end.SerializedCustomStatus);
        Assert.Single(host.Engine.Commands.ReadHistory("again"), e => e.TaskScheduled is not null);
    }

    [Fact]
    public async Task ContinueAsNew_PreservingEvents_HandsThemOn()
    {
        await using var host = await DurableHost.StartAsync(Functions());
        var id = await StartAndRaiseAsync(host, "Keeps");

        host.Time.Advance(TimeSpan.FromMinutes(5));

        Assert.Equal("kept early", (await host.EndAsync(id)).ReadOutputAs<string>());
    }

    [Fact]
    public async Task ContinueAsNew_NotPreservingEvents_DropsThem()
    {
        await using var host = await DurableHost.StartAsync(Functions());
        var id = await StartAndRaiseAsync(host, "Drops");

        host.Time.Advance(TimeSpan.FromMinutes(5));
        await host.ReachesAsync(id, "second");
        await host.Client.RaiseEventAsync(id, "Go", "late");

        Assert.Equal("kept late", (await host.EndAsync(id)).ReadOutputAs<string>());
    }

    [Fact]
    public async Task ContinueAsNew_Often_LosesNoEvent()
    {
        await using var host = await DurableHost.StartAsync(Functions().Orchestrator("Tally", async c =>
        {
            var tally = c.GetInput<Tally>() ?? new Tally(0, 200);
            var sum = tally.Sum + await c.WaitForExternalEvent<int>("Number");
            if (tally.Left == 1) return sum;
            c.ContinueAsNew(new Tally(sum, tally.Left - 1));
            return 0;
        }));

        var id = await host.Client.ScheduleNewOrchestrationInstanceAsync("Tally");
        await Task.WhenAll(Enumerable.Range(1, 200).Select(n => host.Client.RaiseEventAsync(id, "Number", n)));

        Assert.Equal(Enumerable.Range(1, 200).Sum(), (await host.EndAsync(id)).ReadOutputAs<int>());
    }

    private static async Task<string> WaitTwiceAsync(TaskOrchestrationContext c, bool preserve)
    {
        if (c.GetInput<int>() != 0)
        {
            c.SetCustomStatus("second");
            return "kept " + await c.WaitForExternalEvent<string>("Go");
        }

        c.SetCustomStatus("first");
        await c.CreateTimer(TimeSpan.FromMinutes(3), CancellationToken.None);
        c.ContinueAsNew(1, preserve);
        return "";
    }

    private static async Task<string> StartAndRaiseAsync(DurableHost host, string name)
    {
        var id = await host.Client.ScheduleNewOrchestrationInstanceAsync(name, 0);
        await host.ReachesAsync(id, "first");
        await host.Client.RaiseEventAsync(id, "Go", "early");
        await Eventually.TrueAsync(() => host.Engine.Commands.ReadHistory(id).Any(e => e.EventRaised is not null));
        return id;
    }

    private sealed record Tally(int Sum, int Left);
}
