using System.Text.Json.Nodes;
using Azure.Messaging.ServiceBus;
using Microsoft.Extensions.DependencyInjection;
using Serverless.Local.Queues;
using Serverless.Local.Runtime.Queues;
using Serverless.Queues;
using Serverless.Queues.Operations;
using Serverless.Tasks;
using Serverless.Tests.Csv.Jobs;
using Serverless.Tests.Tasks;
using QueueCounts = Serverless.Queues.QueueCounts;

namespace Serverless.Tests.Queues.Operations;

/// <summary>The broker breaks off between a copy that is sent and its dead letter that is deleted.</summary>
[Collection(TaskTests.Name)]
public sealed class RequeueFaultTests(AzuriteFixture azurite) : IAsyncLifetime
{
    private readonly Faults _faults = new();
    private OperationHost _host = null!;

    public async Task InitializeAsync() =>
        _host = await OperationHost.StartAsync(azurite, services => services.AddSingleton<IQueueAdmin>(p => new FaultyAdmin(new BrokerQueueAdmin(p.GetRequiredService<QueueBroker>()), _faults)));

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

    private sealed class Faults
    {
        private int _left;

        public int Left
        {
            get => Math.Max(0, _left);
            set => _left = value;
        }

        public void Meet()
        {
            if (Interlocked.Decrement(ref _left) >= 0) throw new ServiceBusException("The connection broke off.", ServiceBusFailureReason.ServiceCommunicationProblem);
        }
    }

    private sealed class FaultyAdmin(IQueueAdmin inner, Faults faults) : IQueueAdmin
    {
        public Task<QueueCounts> CountAsync(string lane, CancellationToken cancellationToken = default) => inner.CountAsync(lane, cancellationToken);

        public Task<IReadOnlyDictionary<string, QueueCounts>> CountAllAsync(CancellationToken cancellationToken = default) => inner.CountAllAsync(cancellationToken);

        public Task<IReadOnlyList<ServiceBusReceivedMessage>> PeekAsync(string lane, bool deadLetters, long from, int max, CancellationToken cancellationToken = default) =>
            inner.PeekAsync(lane, deadLetters, from, max, cancellationToken);

        public Task<int> PurgeAsync(string lane, bool deadLetters, int max, CancellationToken cancellationToken = default) => inner.PurgeAsync(lane, deadLetters, max, cancellationToken);

        public IDeadLetterReceiver ReceiveDeadLetters(string lane) => new FaultyReceiver(inner.ReceiveDeadLetters(lane), faults);
    }

    private sealed class FaultyReceiver(IDeadLetterReceiver inner, Faults faults) : IDeadLetterReceiver
    {
        public Task<IReadOnlyList<ServiceBusReceivedMessage>> ReceiveAsync(int max, CancellationToken cancellationToken) => inner.ReceiveAsync(max, cancellationToken);

        public async Task<bool> CompleteAsync(ServiceBusReceivedMessage message, CancellationToken cancellationToken)
        {
            faults.Meet();
            return await inner.CompleteAsync(message, cancellationToken);
        }

        public Task ReleaseAsync(ServiceBusReceivedMessage message) => inner.ReleaseAsync(message);

        public ValueTask DisposeAsync() => inner.DisposeAsync();
    }
}
