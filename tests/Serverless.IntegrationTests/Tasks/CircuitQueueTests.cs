using Azure.Data.Tables;
using Azure.Messaging.ServiceBus.Administration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Serverless.DeadLetters.Endpoints;
using Serverless.Messaging;
using Serverless.Monitoring;
using Serverless.Resilience;
using Serverless.Storage;
using Serverless.Tasks;
using Serverless.Tasks.Running;
using Serverless.Tasks.Store;
using Serverless.TestSupport;
using Serverless.TestSupport.Tasks;
using Serverless.Timers;

namespace Serverless.IntegrationTests.Tasks;

/// <summary>Pauses of queues by circuit breakers: by the broker's own status, and ended by whichever instance looks.</summary>
[Collection(TaskTests.Name)]
public sealed class CircuitQueueTests(AzuriteFixture azurite) : IDisposable
{
    private const string Charge = "test.circuit_queue", Queue = "email", Breaker = "payments";
    private static readonly TimeSpan Break = TimeSpan.FromSeconds(60);

    private readonly string _table = $"Pauses{Guid.NewGuid():N}";
    private readonly TemporaryFolder _folder = new();
    private bool _isOpen = true;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Circuit_Opens_QueueTakesInAndHandsNothingOutUntilARunGetsThrough()
    {
        await using var host = await StartAsync();
        var first = await host.SendAsync(task: Charge);
        await HeldAsync(host);
        var others = new List<string>();
        for (var i = 0; i < 5; i++) others.Add(await host.SendAsync(task: Charge));
        var pause = Assert.Single(await host.Services.GetRequiredService<IPauseList>().ListPausedAsync(default));

        Assert.Equal(("queue", Queue, $"the circuit breaker {Breaker}"), (pause.Kind, pause.Name, pause.By));

        // The break is not over: nobody opens it, and what comes waits.
        await LookAsync(host);
        Assert.Equal(2, (await HoldsOf(host).ListAsync(default)).Count);
        foreach (var id in others) Assert.Equal(TaskState.Pending, (await host.Tasks.GetAsync(id))!.State);
        Assert.Equal([first], host.Script.Runs.Select(r => r.Id));
        _isOpen = false;
        host.Time.Advance(Break);
        await LookAsync(host);

        foreach (var id in others.Append(first)) await PassAsync(host, id);
        Assert.Empty(await ListAsync(host));
        Assert.All(await ReadLanesAsync(host), lane => Assert.Equal((EntityStatus.Active, ""), (lane.Status, lane.UserMetadata ?? "")));
        Assert.All(host.Script.Runs.GroupBy(r => r.Id).Where(r => r.Key != first), runs => Assert.Single(runs));
        Assert.All(host.Script.Runs, run => Assert.Equal(0, run.Attempt));
    }

    [Fact]
    public async Task Circuit_StillOpenAfterTheBreak_OneRunFindsOutAndTheQueueStaysPaused()
    {
        await using var host = await StartAsync();
        var first = await host.SendAsync(task: Charge);
        await HeldAsync(host);
        for (var i = 0; i < 20; i++) await host.SendAsync(task: Charge);

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
            id = await host.SendAsync(task: Charge);
            await HeldAsync(host);
        }

        _isOpen = false;
        time.Advance(Break);
        await using var next = await StartAsync(time);
        Assert.Equal(2, (await HoldsOf(next).ListAsync(default)).Count);
        await LookAsync(next);
        await PassAsync(next, id);

        Assert.Empty(await HoldsOf(next).ListAsync(default));
        Assert.Empty(await ListAsync(next));
    }

    [Fact]
    public async Task Circuit_HostDiesBeforeItsLanesFollow_NoQueueStaysPaused()
    {
        await using var host = await StartAsync();
        _isOpen = false;

        // The pause has ended, and one lane was opened.
        await HoldsOf(host).HoldAsync($"{Queue}-high", default);
        await LookAsync(host);
        Assert.Empty(await host.Queues.ListPausedAsync());

        // The pause was noted, and no lane stopped: its tasks wait for the break, and run.
        await host.Services.GetRequiredService<TaskPauses>()
            .HoldAsync(PauseKind.Queue, Queue, Breaker, host.Time.GetUtcNow() + Break, default);
        var id = await host.SendAsync(task: Charge);
        await host.WaitAsync(id, TaskState.Retry);
        Assert.Empty(host.Script.Runs);
        await PassAsync(host, id);
        Assert.Empty(await ListAsync(host));
        Assert.Empty(await host.Queues.ListPausedAsync());
    }

    [Fact]
    public async Task Circuit_SomebodyPausesTheQueueToo_OpensForThemAlone()
    {
        await using var host = await StartAsync();
        var id = await host.SendAsync(task: Charge);
        await HeldAsync(host);
        await PostAsync(host, "pause");
        _isOpen = false;
        host.Time.Advance(20 * Break);
        await LookAsync(host);
        await host.Services.GetRequiredService<TaskPauses>().PurgeAsync(default);
        await LookAsync(host);

        Assert.Equal(2, (await host.Queues.ListPausedAsync()).Count);
        var pause = Assert.Single(await ListAsync(host));
        Assert.Equal(("local", null), (pause.By, pause.Breaker));
        Assert.Single(host.Script.Runs);
        await PostAsync(host, "resume");
        await PassAsync(host, id);
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
        await host.SendAsync(task: Charge);
        await HeldAsync(host);
        var id = await host.SendAsync(task: Charge);

        _isOpen = false;
        await PostAsync(host, "resume");

        await host.WaitAsync(id, TaskState.Success);
        Assert.Empty(await ListAsync(host));
    }

    [Fact]
    public async Task Circuit_LaneStoppedElsewhere_IsNeitherTakenNorOpened()
    {
        await using var host = await StartAsync();
        await host.Queues.SetReceivingAsync($"{Queue}-high", isOpen: false);
        var id = await host.SendAsync(task: Charge);
        await Eventually.EqualAsync(1, async () => (await HoldsOf(host).ListAsync(default)).Count);

        _isOpen = false;
        host.Time.Advance(Break);
        await LookAsync(host);
        await PassAsync(host, id);

        Assert.Equal([$"{Queue}-high"], await host.Queues.ListPausedAsync());
    }

    // A table of its own: what is paused here, other tests run.
    private async Task<TaskHost> StartAsync(FakeTimeProvider? time = null)
    {
        var host = await TaskHost.StartAsync(
            azurite, services => services.AddKeyedSingleton(
                TaskPauses.TableName, (provider, _) => new LazyTable(provider.GetRequiredService<TableServiceClient>(), _table)),
            folder: time is null ? null : _folder.Path, time: time, functions: [typeof(QueueEndpoints)]);
        host.Script.Run = (_, _) => _isOpen ? throw new CircuitOpenException(Breaker, Break) : Task.FromResult<object?>("done");
        return host;
    }

    private static LaneHolds HoldsOf(TaskHost host) => host.Services.GetRequiredService<LaneHolds>();

    private static Task<IReadOnlyList<TaskPause>> ListAsync(TaskHost host) =>
        host.Services.GetRequiredService<TaskPauses>().ListAsync(default);

    private static async Task<IReadOnlyList<QueueProperties>> ReadLanesAsync(TaskHost host)
    {
        var administration = host.Services.GetRequiredService<ServiceBusAdministrationClient>();
        return [await administration.GetQueueAsync(Queue), await administration.GetQueueAsync($"{Queue}-high")];
    }

    private static Task HeldAsync(TaskHost host) =>
        Eventually.EqualAsync(2, async () => (await HoldsOf(host).ListAsync(default)).Count);

    private static Task LookAsync(TaskHost host) =>
        host.Services.GetServices<ITimedWork>().OfType<QueueProbe>().Single().RunAsync(new TimedRun(host.Durable), default);

    // Whichever finds out first; the others come when they were put off to.
    private static async Task PassAsync(TaskHost host, string id)
    {
        while (await host.Tasks.GetAsync(id) is not { State: TaskState.Success })
        {
            await Task.Delay(TimeSpan.FromMilliseconds(200), TimeProvider.System);
            host.Time.Advance(TimeSpan.FromSeconds(10));
            await LookAsync(host);
        }
    }

    private static async Task PostAsync(TaskHost host, string verb)
    {
        using var response = await host.Http.PostAsync(new Uri($"/api/queues/{Queue}/{verb}", UriKind.Relative), null);
        response.EnsureSuccessStatusCode();
    }
}
