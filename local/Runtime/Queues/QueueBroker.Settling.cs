using Azure.Messaging.ServiceBus;

namespace Serverless.Local.Runtime.Queues;

public sealed partial class QueueBroker
{
    private const int MaxReasonLength = 4096;

    /// <summary>Deletes a received message.</summary>
    public Task CompleteAsync(ServiceBusReceivedMessage message) => SettleAsync(work => MessageSettling.Complete(work, message));

    /// <summary>Gives a received message back; one delivered too often is dead-lettered.</summary>
    public Task AbandonAsync(ServiceBusReceivedMessage message, IDictionary<string, object>? propertiesToModify = null)
    {
        PreparedMessage.CheckProperties(propertiesToModify, message.MessageId);
        return SettleAsync(work => MessageSettling.Abandon(work, message, propertiesToModify));
    }

    /// <summary>Moves a received message to the dead letters.</summary>
    /// <exception cref="ArgumentException">Reason or description have more than 4,096 characters.</exception>
    public Task DeadLetterAsync(
        ServiceBusReceivedMessage message, IDictionary<string, object>? propertiesToModify = null, string? reason = null,
        string? description = null)
    {
        PreparedMessage.CheckProperties(propertiesToModify, message.MessageId);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(reason?.Length ?? 0, MaxReasonLength, nameof(reason));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(description?.Length ?? 0, MaxReasonLength, nameof(description));
        return SettleAsync(work => MessageSettling.DeadLetter(work, message, propertiesToModify, reason, description));
    }

    /// <summary>Sets a received message aside: only its number gets it from now on.</summary>
    public Task DeferAsync(ServiceBusReceivedMessage message, IDictionary<string, object>? propertiesToModify = null)
    {
        PreparedMessage.CheckProperties(propertiesToModify, message.MessageId);
        return SettleAsync(work => MessageSettling.Defer(work, message, propertiesToModify));
    }

    /// <summary>Starts the locks of received messages anew.</summary>
    /// <returns>Those whose lock was lost.</returns>
    internal async Task<IReadOnlyList<ServiceBusReceivedMessage>> RenewAsync(
        string path, IReadOnlyCollection<ServiceBusReceivedMessage> messages)
    {
        var entity = _queues.Canonical(path);
        var renewed = await RunAsync(work => messages.Select(m => (Message: m, Until: MessageSettling.Renew(work, entity, m))).ToList());
        foreach (var (message, until) in renewed.Where(r => r.Until > 0))
        {
            // The message's own LockedUntil reads it there.
            message.GetRawAmqpMessage().MessageAnnotations["x-opt-locked-until"] = new DateTime(until, DateTimeKind.Utc);
        }

        return [.. renewed.Where(r => r.Until == 0).Select(r => r.Message)];
    }

    private async Task SettleAsync(Func<BrokerWork, bool> settle)
    {
        if (!await RunAsync(settle)) throw LockLost();
    }

    internal static ServiceBusException LockLost() =>
        new("The lock of the message has expired, or the message was already settled.", ServiceBusFailureReason.MessageLockLost);
}
