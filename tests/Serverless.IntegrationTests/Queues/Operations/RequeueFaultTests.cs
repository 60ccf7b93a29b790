using System.Text.Json.Nodes;
using Azure.Messaging.ServiceBus;
using Microsoft.Extensions.DependencyInjection;
using Serverless.DeadLetters.Operations;
using Serverless.IntegrationTests.Tasks;
using Serverless.Messaging;
using Serverless.Tasks;
using Serverless.TestSupport;

namespace Serverless.IntegrationTests.Queues.Operations;

/// <summary>The broker breaks off between a copy that is sent and its dead letter that is deleted.</summary>
[Collection(TaskTests.Name)]
public sealed class RequeueFaultTests(AzuriteFixture azurite) : IAsyncLifetime
{
    private readonly Faults _faults = new();
    private OperationHost _host = null!;

    public async Task InitializeAsync() =>
        _host = await OperationHost.StartAsync(
            azurite, services => services.AddSingleton<IQueueAdmin>(
                p => new FaultyAdmin(ActivatorUtilities.CreateInstance<ServiceBusQueueAdmin>(p), _faults)));

    public Task DisposeAsync() => _host.DisposeAsync().AsTask();

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    public async Task Requeue_BrokenOffAfterSending_RunsEachTaskOnce(int canaries)
    {
        var ids = await _host.FailAsync("1", "2", "3", "4", "5");
        _host.Broken = _ => false;
        _host.Tasks.Script.Runs.Clear();
        _faults.Left = 3;
        var body = new JsonObject { ["all"] = true };
        if (canaries > 0) body["canary"] = canaries;

        var progress = await _host.RequeueAsync(body);

        Assert.Equal((0, "done", canaries), (_faults.Left, progress.Phase, progress.Passed));
        foreach (var id in ids) Assert.Equal(1, (await _host.Tasks.WaitAsync(id, TaskState.Success)).Redrives);
        await _host.Tasks.IdleAsync();
        Assert.Equal(ids.Order(), _host.Tasks.Script.Runs.Select(r => r.Id).Order());
        Assert.Equal(new QueueCounts(0, 0, 0), await _host.Tasks.Queues.CountAsync("default"));
    }

    [Fact]
    public async Task Requeue_SomeHeldByOneWhoDied_WaitsUntilTheirLocksEnd()
    {
        var ids = await _host.FailAsync("1", "2", "3", "4", "5");
        _host.Broken = _ => false;
        await using var dead = _host.Tasks.Queues.ReceiveDeadLetters("default");
        Assert.Equal(2, (await dead.ReceiveAsync(2, CancellationToken.None)).Count);

        var progress = await _host.RequeueAsync(new JsonObject { ["all"] = true });

        Assert.Equal(new QueueOperationProgress("done", Requeued: 5), progress);
        foreach (var id in ids) await _host.Tasks.WaitAsync(id, TaskState.Success);
    }

    [Fact]
    public async Task Requeue_CanaryHeldByOneWhoDied_IsTriedAllTheSame()
    {
        await _host.FailAsync("1", "2", "3");
        _host.Broken = _ => false;
        await using var dead = _host.Tasks.Queues.ReceiveDeadLetters("default");
        Assert.Single(await dead.ReceiveAsync(1, CancellationToken.None));

        Assert.Equal(
            new QueueOperationProgress("done", Requeued: 3, Canaries: 1, Passed: 1), await _host.RequeueAsync(
                new JsonObject { ["all"] = true, ["canary"] = 1 }));
    }

    [Theory]
    [InlineData("deadletters?all=true")]
    [InlineData("deadletters?task=test.*")]
    public async Task Purge_SomeHeldByOneWhoDied_DeletesThemToo(string path)
    {
        await _host.FailAsync("1", "2", "3");
        await using var dead = _host.Tasks.Queues.ReceiveDeadLetters("default");
        Assert.Single(await dead.ReceiveAsync(1, CancellationToken.None));

        Assert.Equal(new QueueOperationProgress("done", Deleted: 3), await _host.DeleteAsync($"queues/default/{path}"));
        Assert.Empty(await _host.DeadLettersAsync());
    }

    [Fact]
    public async Task Requeue_SomeHeldForGood_SaysSoAndIsNotDone()
    {
        await _host.FailAsync("1", "2", "3");
        _host.Broken = _ => false;
        _faults.Held = 2;

        var progress = await _host.RequeueAsync(new JsonObject { ["all"] = true });

        Assert.Equal(("stopped", 1), (progress.Phase, progress.Requeued));
        Assert.Equal(
            "2 dead letters of default could not be taken for 10 minutes: somebody else holds their locks. Try again later.",
            progress.Stopped);
    }

    private sealed class Faults
    {
        /// <summary>The number of the first received ones that are somebody else's.</summary>
        public int Held { get; set; }

        private int _left;

        public int Left
        {
            get => Math.Max(0, _left);
            set => _left = value;
        }

        public void Meet()
        {
            if (Interlocked.Decrement(ref _left) >= 0)
                throw new ServiceBusException("The connection broke off.", ServiceBusFailureReason.ServiceCommunicationProblem);
        }
    }

    private sealed class FaultyAdmin(IQueueAdmin inner, Faults faults) : IQueueAdmin
    {
        public Task<QueueCounts> CountAsync(string lane, CancellationToken cancellationToken = default) =>
            inner.CountAsync(lane, cancellationToken);

        public Task<IReadOnlyDictionary<string, QueueCounts>> CountAllAsync(CancellationToken cancellationToken = default) =>
            inner.CountAllAsync(cancellationToken);

        public Task<IReadOnlySet<string>> ListPausedAsync(CancellationToken cancellationToken = default) =>
            inner.ListPausedAsync(cancellationToken);

        public Task SetReceivingAsync(string lane, bool isOpen, CancellationToken cancellationToken = default) =>
            inner.SetReceivingAsync(lane, isOpen, cancellationToken);

        public Task<IReadOnlyList<ServiceBusReceivedMessage>> PeekAsync(
            string lane, bool deadLetters, long from, int max, CancellationToken cancellationToken = default) =>
            inner.PeekAsync(lane, deadLetters, from, max, cancellationToken);

        public Task<int> PurgeAsync(string lane, bool deadLetters, int max, CancellationToken cancellationToken = default) =>
            inner.PurgeAsync(lane, deadLetters, max, cancellationToken);

        public IDeadLetterReceiver ReceiveDeadLetters(string lane) => new FaultyReceiver(inner.ReceiveDeadLetters(lane), faults);
    }

    private sealed class FaultyReceiver(IDeadLetterReceiver inner, Faults faults) : IDeadLetterReceiver
    {
        public async Task<IReadOnlyList<ServiceBusReceivedMessage>> ReceiveAsync(int max, CancellationToken cancellationToken) =>
            [.. (await inner.ReceiveAsync(max + faults.Held, cancellationToken)).Where(
                m => faults.Held == 0 || m.Body.ToString().Contains("\"1\"", StringComparison.Ordinal))];

        public async Task<bool> CompleteAsync(ServiceBusReceivedMessage message, CancellationToken cancellationToken)
        {
            faults.Meet();
            return await inner.CompleteAsync(message, cancellationToken);
        }

        public Task ReleaseAsync(ServiceBusReceivedMessage message) => inner.ReleaseAsync(message);

        public ValueTask DisposeAsync() => inner.DisposeAsync();
    }
}
