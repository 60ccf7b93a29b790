using Azure.Messaging.ServiceBus;
using Microsoft.Extensions.DependencyInjection;
using Serverless.Messaging;
using Serverless.Tasks;
using Serverless.Tasks.Sending;
using Serverless.TestSupport;
using Serverless.TestSupport.Tasks;

namespace Serverless.IntegrationTests.Tasks;

/// <summary>Tasks that count as running in a lane that runs few at once.</summary>
[Collection(TaskTests.Name)]
public sealed class LaneConcurrencyTests(AzuriteFixture azurite) : IAsyncLifetime
{
    private static readonly SendOptions Narrow = new() { Queue = "memory_workers" };

    private readonly HeldSchedules _held = new();
    private TaskHost _host = null!;

    public async Task InitializeAsync() => _host = await TaskHost.StartAsync(
        azurite, services => services.AddSingleton(_held).AddSingleton<IQueueSender, HeldSender>());

    public async Task DisposeAsync()
    {
        _held.Go.TrySetResult();
        await _host.DisposeAsync();
    }

    [Fact]
    public async Task Run_OutcomesOfAFullLaneAreBeingStored_RunsTheNext()
    {
        _host.Script.Run = (args, _) =>
            args.Text == "fails" ? throw new InvalidOperationException("once") : Task.FromResult<object?>("done");
        Assert.True(_host.Services.GetRequiredService<QueueCatalog>().TryFindLane("memory_workers", out var lane));
        for (var i = 0; i < lane.Concurrency; i++) await _host.SendAsync(new ScriptArgs("fails"), Narrow);
        await Eventually.EqualAsync(lane.Concurrency, () => Task.FromResult(_held.Waiting));

        var id = await _host.SendAsync(options: Narrow);

        await _host.WaitAsync(id, TaskState.Success);
    }

    private sealed class HeldSchedules
    {
        private int _waiting;

        public TaskCompletionSource Go { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public int Waiting => Volatile.Read(ref _waiting);

        public Task WaitAsync(CancellationToken cancellationToken)
        {
            Interlocked.Increment(ref _waiting);
            return Go.Task.WaitAsync(cancellationToken);
        }
    }

    // A retry is scheduled before its message is settled: these wait there.
    private sealed class HeldSender(ServiceBusClient client, HeldSchedules held) : IQueueSender
    {
        private readonly ServiceBusQueueSender _sender = new(client);

        public Task SendAsync(string lane, IReadOnlyList<OutgoingMessage> messages, CancellationToken cancellationToken = default) =>
            _sender.SendAsync(lane, messages, cancellationToken);

        public async Task<long> ScheduleAsync(
            string lane, OutgoingMessage message, DateTimeOffset due, CancellationToken cancellationToken = default)
        {
            await held.WaitAsync(cancellationToken);
            return await _sender.ScheduleAsync(lane, message, due, cancellationToken);
        }

        public Task<bool> CancelScheduledAsync(string lane, long sequenceNumber, CancellationToken cancellationToken = default) =>
            _sender.CancelScheduledAsync(lane, sequenceNumber, cancellationToken);
    }
}
