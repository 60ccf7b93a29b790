using Azure.Messaging.ServiceBus.Administration;
using Microsoft.Extensions.DependencyInjection;
using Serverless.Monitoring;
using Serverless.Tasks;
using Serverless.Tasks.Store;
using Serverless.TestSupport;

namespace Serverless.IntegrationTests.Tasks;

/// <summary>Queues that a breaker has stopped, and somebody in the portal, or another instance, has a say in.</summary>
[Collection(TaskTests.Name)]
public sealed class CircuitOwnerTests(AzuriteFixture azurite) : CircuitTestBase(azurite, "test.circuit_queue")
{
    [Fact]
    public async Task Held_SomebodySetsAnotherStatusInThePortal_StaysAsTheyLeftIt()
    {
        await using var host = await StartAsync();
        await SendAsync(host);
        await HeldAsync(host);
        await SaveAsync(host, lane => lane.Status = EntityStatus.Disabled);

        IsOpen = false;
        host.Time.Advance(Break);
        await LookAsync(host);

        await AssertTheirsAsync(host, EntityStatus.Disabled);

        // What they have taken over stays theirs when they close it another way.
        await SaveAsync(host, lane => lane.Status = EntityStatus.ReceiveDisabled);
        await LookAsync(host);
        await AssertTheirsAsync(host, EntityStatus.ReceiveDisabled);
    }

    [Fact]
    public async Task Held_SomebodySavesItClosedAsItIs_StaysClosed()
    {
        await using var host = await StartAsync();
        await SendAsync(host);
        await HeldAsync(host);
        host.Time.Advance(Break + TimeSpan.FromSeconds(1));
        await SaveAsync(host, _ => { });

        IsOpen = false;
        await LookAsync(host);

        await AssertTheirsAsync(host, EntityStatus.ReceiveDisabled);
    }

    [Fact]
    public async Task Held_SomebodyStopsBothLanes_IsListedAsTheirs()
    {
        await using var host = await StartAsync();
        await SendAsync(host);
        await HeldAsync(host);

        Assert.Equal(Breaker, Assert.Single(await ReadListAsync(host)).Breaker);
        foreach (var name in (string[])[Queue, $"{Queue}-high"]) await SaveAsync(host, lane => lane.Status = EntityStatus.Disabled, name);

        Assert.Equal(new PausedWork("queue", Queue), Assert.Single(await ReadListAsync(host)));
    }

    [Fact]
    public async Task Probe_BreakIsOver_IsListedAsProbing()
    {
        await using var host = await StartAsync();
        var id = await SendAsync(host);
        await HeldAsync(host);
        await host.WaitAsync(id, TaskState.Retry);

        host.Time.Advance(Break + TimeSpan.FromSeconds(1));
        Gate = new TaskCompletionSource();
        await LookAsync(host);
        await Eventually.EqualAsync(2, () => Task.FromResult(host.Script.Runs.Count));

        var pause = Assert.Single(await ReadListAsync(host));
        Assert.Equal(("queue", Queue, Breaker, true), (pause.Kind, pause.Name, pause.Breaker, pause.Probing));
        Gate.SetResult();
    }

    [Fact]
    public async Task Probe_OthersInHandMeanwhile_ComeWithinSecondsAfterIt()
    {
        await using var host = await StartAsync();
        var pauses = host.Services.GetRequiredService<TaskPauses>();
        await pauses.HoldAsync(PauseKind.Queue, Queue, Breaker, host.Time.GetUtcNow(), default);

        // The queue is open for one, and handed out others before that one could stop it.
        var probe = new TaskMessage { Id = "probe", Task = "test.circuit_queue", Enqueued = host.Time.GetUtcNow() };
        var probed = (await pauses.EnterAsync(probe, Queue, default)).Probed!;
        var ids = new List<string>();
        for (var i = 0; i < 5; i++) ids.Add(await SendAsync(host));
        foreach (var id in ids) await host.WaitAsync(id, TaskState.Retry);

        IsOpen = false;
        await pauses.ReleaseAsync(probed, probe, default);
        await host.SettledAsync();
        host.Time.Advance(TimeSpan.FromSeconds(10.1));

        foreach (var id in ids) await host.WaitAsync(id, TaskState.Success);
    }

    [Fact]
    public async Task Instances_Two_AgreeProbeOneAtATimeAndOpenItOnce()
    {
        await using var one = await StartAsync();
        await using var other = await StartAsync(one.Time, one.Bus);
        var ids = new List<string>();
        ids.Add(await SendAsync(other));
        await HeldAsync(one);
        for (var i = 0; i < 40; i++) ids.Add(await SendAsync(i % 2 == 0 ? one : other));
        Assert.Equal(await ReadListAsync(one), await ReadListAsync(other));

        for (var probe = 1; probe <= 3; probe++)
        {
            one.Time.Advance(Break + TimeSpan.FromSeconds(1));
            await Task.WhenAll(LookAsync(one), LookAsync(other));
            await Eventually.EqualAsync(1 + probe, () => Task.FromResult(one.Script.Runs.Count + other.Script.Runs.Count));
            await HeldAsync(other);
            var pause = Assert.Single(await ListAsync(one));
            Assert.True(pause.Until > one.Time.GetUtcNow(), $"{pause}");
        }

        IsOpen = false;
        one.Time.Advance(Break + TimeSpan.FromSeconds(1));
        await Task.WhenAll(LookAsync(one), LookAsync(other));
        foreach (var id in ids) await PassQueueAsync(one, id);

        Assert.Empty(await ListAsync(one));
        Assert.Empty(await ReadListAsync(other));
        Assert.All(await ReadLanesAsync(other), lane => Assert.Equal((EntityStatus.Active, ""), (lane.Status, lane.UserMetadata ?? "")));
        Assert.Equal(ids.Count + 1 + 3, one.Script.Runs.Count + other.Script.Runs.Count);
    }

    private static async Task AssertTheirsAsync(TaskHost host, EntityStatus status)
    {
        var lanes = await ReadLanesAsync(host);
        Assert.Equal((status, ""), (lanes[0].Status, lanes[0].UserMetadata ?? ""));
        Assert.Equal((EntityStatus.Active, ""), (lanes[1].Status, lanes[1].UserMetadata ?? ""));
    }

    private static async Task SaveAsync(TaskHost host, Action<QueueProperties> change, string name = Queue)
    {
        QueueProperties lane = await AdministrationOf(host).GetQueueAsync(name);
        change(lane);
        await AdministrationOf(host).UpdateQueueAsync(lane);
    }
}
