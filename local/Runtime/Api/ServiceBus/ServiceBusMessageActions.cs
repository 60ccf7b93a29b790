using Azure.Messaging.ServiceBus;
using Serverless.Local.Runtime.Queues;

namespace Microsoft.Azure.Functions.Worker;

/// <summary>
/// Settles the messages of one run. Every method throws a <see cref="ServiceBusException"/> with
/// <see cref="ServiceBusFailureReason.MessageLockLost"/> once the lock has expired or the message was settled.
/// </summary>
public class ServiceBusMessageActions
{
    private readonly IMessageSettlement _settlement;

    internal ServiceBusMessageActions(IMessageSettlement settlement) => _settlement = settlement;

    /// <summary>For mocks.</summary>
    protected ServiceBusMessageActions() => _settlement = null!;

    /// <summary>Takes the message out of the queue: it is done.</summary>
    public virtual Task CompleteMessageAsync(ServiceBusReceivedMessage message, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(message);
        return _settlement.CompleteAsync(message, cancellationToken);
    }

    /// <summary>Gives the message back; it is delivered again at once, until the queue's max delivery count is reached.</summary>
    public virtual Task AbandonMessageAsync(ServiceBusReceivedMessage message, IDictionary<string, object>? propertiesToModify = default, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(message);
        return _settlement.AbandonAsync(message, propertiesToModify, cancellationToken);
    }

    /// <summary>Moves the message to the dead letters.</summary>
    public virtual Task DeadLetterMessageAsync(ServiceBusReceivedMessage message, Dictionary<string, object>? propertiesToModify = default, string? deadLetterReason = default, string? deadLetterErrorDescription = default, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(message);
        return _settlement.DeadLetterAsync(message, propertiesToModify, deadLetterReason, deadLetterErrorDescription, cancellationToken);
    }

    /// <summary>Sets the message aside: from now on only its sequence number gets it.</summary>
    public virtual Task DeferMessageAsync(ServiceBusReceivedMessage message, IDictionary<string, object>? propertiesToModify = default, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(message);
        return _settlement.DeferAsync(message, propertiesToModify, cancellationToken);
    }

    /// <summary>Starts the lock's duration anew.</summary>
    public virtual Task RenewMessageLockAsync(ServiceBusReceivedMessage message, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(message);
        return _settlement.RenewLockAsync(message, cancellationToken);
    }
}
