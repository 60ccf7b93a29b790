using Azure.Messaging.ServiceBus;

namespace Microsoft.Azure.Functions.Worker;

/// <summary>
/// Settles the messages of one run. Every method throws a <see cref="ServiceBusException"/> with
/// <see cref="ServiceBusFailureReason.MessageLockLost"/> once the lock has expired or the message was settled.
/// </summary>
public class ServiceBusMessageActions
{
    /// <summary>For hosts and mocks.</summary>
    protected ServiceBusMessageActions()
    {
    }

    /// <summary>Takes the message out of the queue: it is done.</summary>
    public virtual Task CompleteMessageAsync(ServiceBusReceivedMessage message, CancellationToken cancellationToken = default) =>
        throw NoHost();

    /// <summary>Gives the message back; it is delivered again at once, until the queue's max delivery count is reached.</summary>
    public virtual Task AbandonMessageAsync(
        ServiceBusReceivedMessage message, IDictionary<string, object>? propertiesToModify = default, CancellationToken cancellationToken =
            default) => throw NoHost();

    /// <summary>Moves the message to the dead letters.</summary>
    public virtual Task DeadLetterMessageAsync(
        ServiceBusReceivedMessage message,
        Dictionary<string, object>? propertiesToModify = default,
        string? deadLetterReason = default,
        string? deadLetterErrorDescription = default,
        CancellationToken cancellationToken = default) => throw NoHost();

    /// <summary>Sets the message aside: from now on only its sequence number gets it.</summary>
    public virtual Task DeferMessageAsync(
        ServiceBusReceivedMessage message, IDictionary<string, object>? propertiesToModify = default, CancellationToken cancellationToken =
            default) => throw NoHost();

    /// <summary>Starts the lock's duration anew.</summary>
    public virtual Task RenewMessageLockAsync(ServiceBusReceivedMessage message, CancellationToken cancellationToken = default) =>
        throw NoHost();

    private static InvalidOperationException NoHost() => new("No host stands behind these actions: they settle nothing.");
}
