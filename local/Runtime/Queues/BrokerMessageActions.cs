using Azure.Messaging.ServiceBus;
using Microsoft.Azure.Functions.Worker;

namespace Serverless.Local.Runtime.Queues;

/// <summary>The broker, seen from one run. Remembers whether the run has settled its message, so that nobody settles it again.</summary>
internal sealed class BrokerMessageActions(QueueBroker broker, string queue, ServiceBusReceivedMessage delivered, bool inSession)
    : ServiceBusMessageActions
{
    private volatile bool _settled;

    public bool IsSettled => _settled;

    public override Task CompleteMessageAsync(ServiceBusReceivedMessage message, CancellationToken cancellationToken = default) =>
        SettleAsync(message, () => broker.CompleteAsync(message), cancellationToken);

    public override Task AbandonMessageAsync(
        ServiceBusReceivedMessage message, IDictionary<string, object>? propertiesToModify = default, CancellationToken cancellationToken =
            default) =>
        SettleAsync(message, () => broker.AbandonAsync(message, propertiesToModify), cancellationToken);

    public override Task DeadLetterMessageAsync(
        ServiceBusReceivedMessage message,
        Dictionary<string, object>? propertiesToModify = default,
        string? deadLetterReason = default,
        string? deadLetterErrorDescription = default,
        CancellationToken cancellationToken = default) =>
        SettleAsync(
            message, () => broker.DeadLetterAsync(
                message, propertiesToModify, deadLetterReason, deadLetterErrorDescription), cancellationToken);

    public override Task DeferMessageAsync(
        ServiceBusReceivedMessage message, IDictionary<string, object>? propertiesToModify = default, CancellationToken cancellationToken =
            default) =>
        SettleAsync(message, () => broker.DeferAsync(message, propertiesToModify), cancellationToken);

    public override async Task RenewMessageLockAsync(ServiceBusReceivedMessage message, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(message);
        cancellationToken.ThrowIfCancellationRequested();
        if (inSession) throw new InvalidOperationException("A message received in a session has the session's lock: renew that.");
        if (await broker.RenewAsync(queue, [message]) is { Count: > 0 }) throw QueueBroker.LockLost();
    }

    private async Task SettleAsync(ServiceBusReceivedMessage message, Func<Task> settle, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(message);
        cancellationToken.ThrowIfCancellationRequested();
        await settle();
        if (message.SequenceNumber == delivered.SequenceNumber) _settled = true;
    }
}
