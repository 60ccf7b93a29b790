using Azure.Messaging.ServiceBus;

namespace Serverless.Local.Runtime.Queues;

/// <summary>The broker, seen from one run. Remembers whether the run has settled its message, so that nobody settles it again.</summary>
internal sealed class DeliverySettlement(QueueBroker broker, string queue, ServiceBusReceivedMessage delivered, bool inSession) : IMessageSettlement
{
    private volatile bool _settled;

    public bool IsSettled => _settled;

    public Task CompleteAsync(ServiceBusReceivedMessage message, CancellationToken cancellationToken) =>
        SettleAsync(message, () => broker.CompleteAsync(message), cancellationToken);

    public Task AbandonAsync(ServiceBusReceivedMessage message, IDictionary<string, object>? properties, CancellationToken cancellationToken) =>
        SettleAsync(message, () => broker.AbandonAsync(message, properties), cancellationToken);

    public Task DeadLetterAsync(ServiceBusReceivedMessage message, IDictionary<string, object>? properties, string? reason, string? description, CancellationToken cancellationToken) =>
        SettleAsync(message, () => broker.DeadLetterAsync(message, properties, reason, description), cancellationToken);

    public Task DeferAsync(ServiceBusReceivedMessage message, IDictionary<string, object>? properties, CancellationToken cancellationToken) =>
        SettleAsync(message, () => broker.DeferAsync(message, properties), cancellationToken);

    public async Task RenewLockAsync(ServiceBusReceivedMessage message, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (inSession) throw new InvalidOperationException("A message received in a session has the session's lock: renew that.");
        if (await broker.RenewAsync(queue, [message]) is { Count: > 0 }) throw QueueBroker.LockLost();
    }

    private async Task SettleAsync(ServiceBusReceivedMessage message, Func<Task> settle, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        await settle();
        if (message.SequenceNumber == delivered.SequenceNumber) _settled = true;
    }
}
