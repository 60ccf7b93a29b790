using Azure.Messaging.ServiceBus;

namespace Serverless.Messaging;

/// <summary>Sends to lanes, that is to the Service Bus queues by their real names (<see cref="QueueEntry.Lanes"/>).</summary>
/// <remarks>
/// Every method throws a <see cref="ServiceBusException"/>: its reason says why, <c>IsTransient</c> whether a retry may help.
/// </remarks>
internal interface IQueueSender
{
    /// <summary>Returns once all of them are stored. When it throws, some may have been stored.</summary>
    Task SendAsync(string lane, IReadOnlyList<OutgoingMessage> messages, CancellationToken cancellationToken = default);

    /// <summary>Stores a message that becomes active at a time; one in the past does at once.</summary>
    /// <returns>The number that cancels it. When the message was a duplicate, the number of nothing.</returns>
    Task<long> ScheduleAsync(string lane, OutgoingMessage message, DateTimeOffset due, CancellationToken cancellationToken = default);

    /// <summary>Takes back a scheduled message.</summary>
    /// <returns>False when there is none of that number any more: it became active, or was cancelled.</returns>
    Task<bool> CancelScheduledAsync(string lane, long sequenceNumber, CancellationToken cancellationToken = default);
}
