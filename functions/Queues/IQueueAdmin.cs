using Azure.Messaging.ServiceBus;

namespace Serverless.Queues;

/// <summary>Looks into lanes and their dead letters, and clears them.</summary>
public interface IQueueAdmin
{
    /// <summary>How many messages the lane holds.</summary>
    Task<QueueCounts> CountAsync(string lane, CancellationToken cancellationToken = default);

    /// <summary>Messages in the order of their sequence numbers, without locking them.</summary>
    /// <param name="lane">The lane.</param>
    /// <param name="deadLetters">True looks into its dead letters.</param>
    /// <param name="from">The least sequence number; one more than the last seen gives the next page.</param>
    /// <param name="max">At most 250; fewer may come although there are more, an empty page is the end.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    Task<IReadOnlyList<ServiceBusReceivedMessage>> PeekAsync(string lane, bool deadLetters, long from, int max, CancellationToken cancellationToken = default);

    /// <summary>Deletes the waiting messages of the lane, or its dead letters. What a receiver has locked stays, and so do scheduled messages.</summary>
    /// <returns>How many.</returns>
    Task<int> PurgeAsync(string lane, bool deadLetters, CancellationToken cancellationToken = default);

    /// <summary>
    /// Walks over the dead letters in order and does with each what is decided. A requeued message is sent before its dead letter
    /// is deleted, so that a crash between leaves both: the same message id then makes the second a duplicate.
    /// </summary>
    /// <param name="lane">The lane whose dead letters they are.</param>
    /// <param name="decide">Called once for each.</param>
    /// <param name="cancellationToken">Stops between two.</param>
    Task<DeadLetterTally> SettleDeadLettersAsync(string lane, Func<ServiceBusReceivedMessage, DeadLetterAction> decide, CancellationToken cancellationToken = default);
}
