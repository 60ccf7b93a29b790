using Azure.Messaging.ServiceBus.Administration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Serverless.Messaging;
using Serverless.Tasks;
using Serverless.Tasks.Store;
using Serverless.TestSupport;

namespace Serverless.IntegrationTests.Tasks;

/// <summary>Pauses of queues by circuit breakers: by the broker's own status, and ended by whichever instance looks.</summary>
[Collection(TaskTests.Name)]
public sealed class CircuitQueueTests(AzuriteFixture azurite) : CircuitTestBase(azurite, "test.circuit_queue")
{
    [Fact]
    public async Task Circuit_Opens_QueueTakesInAndHandsNothingOutUntilARunGetsThrough()
    {
        await using var host = await StartAsync();
        var first = await SendAsync(host);
        await HeldAsync(host);
        var others = new List<string>();
        for (var i = 0; i < 5; i++) others.Add(await SendAsync(host));
        var pause = Assert.Single(await ReadListAsync(host));

        Assert.Equal(("queue", Queue, Breaker, false), (pause.Kind, pause.Name, pause.Breaker, pause.Probing));

        // The break is not over: nobody opens it, and what comes waits.
        await LookAsync(host);
        Assert.Equal(2, (await HoldsOf(host).ListAsync(default)).Count);
        foreach (var id in others) Assert.Equal(TaskState.Pending, (await host.Tasks.GetAsync(id))!.State);
        Assert.Equal([first], host.Script.Runs.Select(r => r.Id));
        IsOpen = false;
        host.Time.Advance(Break);
        await LookAsync(host);

        foreach (var id in others.Append(first)) await PassQueueAsync(host, id);
        Assert.Empty(await ListAsync(host));
        Assert.All(await ReadLanesAsync(host), lane => Assert.Equal((EntityStatus.Active, ""), (lane.Status, lane.UserMetadata ?? "")));
        Assert.All(host.Script.Runs.GroupBy(r => r.Id).Where(r => r.Key != first), runs => Assert.Single(runs));
        Assert.All(host.Script.Runs, run => Assert.Equal(0, run.Attempt));
    }

    [Fact]
    public async Task Circuit_StillOpenAfterTheBreak_OneRunFindsOutAndTheQueueStaysPaused()
    {
        await using var host = await StartAsync();
        var first = await SendAsync(host);
        await HeldAsync(host);
        for (var i = 0; i < 20; i++) await SendAsync(host);

        host.Time.Advance(Break + TimeSpan.FromMilliseconds(1));
        await LookAsync(host);
        await Eventually.EqualAsync(2, () => Task.FromResult(host.Script.Runs.Count));
        await HeldAsync(host);

        Assert.Equal(2, host.Script.Runs.Count);
        var pause = Assert.Single(await ListAsync(host));
        Assert.Equal((PauseKind.Queue, Breaker, true), (pause.Kind, pause.Breaker, pause.Until > host.Time.GetUtcNow()));
        Assert.Equal(TaskState.Retry, (await host.WaitAsync(first, TaskState.Retry)).State);
    }

    [Fact]
    public async Task Circuit_HostDies_TheNextOneOpensTheQueue()
    {
        var time = new FakeTimeProvider(new DateTimeOffset(2026, 1, 31, 12, 0, 0, TimeSpan.Zero));
        string id;
        await using (var host = await StartAsync(time))
        {
            id = await SendAsync(host);
            await HeldAsync(host);
        }

        IsOpen = false;
        time.Advance(Break);
        await using var next = await StartAsync(time);
        Assert.Equal(2, (await HoldsOf(next).ListAsync(default)).Count);
        await LookAsync(next);
        await PassQueueAsync(next, id);

        Assert.Empty(await HoldsOf(next).ListAsync(default));
        Assert.Empty(await ListAsync(next));
    }

    [Fact]
    public async Task Circuit_HostDiesBeforeItsLanesFollow_NoQueueStaysPaused()
    {
        await using var host = await StartAsync();
        IsOpen = false;

        // The pause has ended, and one lane was opened.
        await HoldsOf(host).HoldAsync($"{Queue}-high", default);
        await LookAsync(host);
        Assert.Empty(await host.Queues.ListPausedAsync());

        // The pause was noted, and no lane stopped: its tasks wait for the break, and run.
        await host.Services.GetRequiredService<TaskPauses>()
            .HoldAsync(PauseKind.Queue, Queue, Breaker, host.Time.GetUtcNow() + Break, default);
        var id = await SendAsync(host);
        await host.WaitAsync(id, TaskState.Retry);
        Assert.Empty(host.Script.Runs);
        await PassQueueAsync(host, id);
        Assert.Empty(await ListAsync(host));
        Assert.Empty(await host.Queues.ListPausedAsync());
    }

    [Fact]
    public async Task Circuit_SomebodyPausesTheQueueToo_OpensForThemAlone()
    {
        await using var host = await StartAsync();
        var id = await SendAsync(host);
        await HeldAsync(host);
        await PostAsync(host, $"queues/{Queue}/pause");
        IsOpen = false;
        host.Time.Advance(20 * Break);
        await LookAsync(host);
        await host.Services.GetRequiredService<TaskPauses>().PurgeAsync(default);
        await LookAsync(host);

        Assert.Equal(2, (await host.Queues.ListPausedAsync()).Count);
        var pause = Assert.Single(await ListAsync(host));
        Assert.Equal(("local", null), (pause.By, pause.Breaker));
        Assert.Single(host.Script.Runs);
        await PostAsync(host, $"queues/{Queue}/resume");
        await PassQueueAsync(host, id);
    }

    [Fact]
    public async Task Circuit_SomebodyPausesWhileTheQueueIsOpened_StaysPaused()
    {
        await using var host = await StartAsync();
        await HoldsOf(host).HoldAsync(Queue, default);
        await host.Services.GetRequiredService<TaskPauses>().AddAsync(PauseKind.Queue, Queue, "ada", default);

        await LookAsync(host);

        Assert.Contains(Queue, await host.Queues.ListPausedAsync());
        Assert.Empty(await HoldsOf(host).ListAsync(default));
    }

    [Fact]
    public async Task Circuit_SomebodyResumesTheQueue_RunsAtOnce()
    {
        await using var host = await StartAsync();
        await SendAsync(host);
        await HeldAsync(host);
        var id = await SendAsync(host);

        IsOpen = false;
        await PostAsync(host, $"queues/{Queue}/resume");

        await host.WaitAsync(id, TaskState.Success);
        Assert.Empty(await ListAsync(host));
    }

    [Fact]
    public async Task Circuit_LaneStoppedElsewhere_IsNeitherTakenNorOpened()
    {
        await using var host = await StartAsync();
        await host.Queues.SetReceivingAsync($"{Queue}-high", isOpen: false);
        var id = await SendAsync(host);
        await Eventually.EqualAsync(1, async () => (await HoldsOf(host).ListAsync(default)).Count);

        IsOpen = false;
        host.Time.Advance(Break);
        await LookAsync(host);
        await PassQueueAsync(host, id);

        Assert.Equal([$"{Queue}-high"], await host.Queues.ListPausedAsync());
    }
}
