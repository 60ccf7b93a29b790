using Azure.Messaging.ServiceBus;

namespace Serverless.Messaging;

/// <summary>Looks into lanes and their dead letters, and clears them.</summary>
internal interface IQueueAdmin
{
    /// <summary>The number of messages in the lane.</summary>
    Task<QueueCounts> CountAsync(string lane, CancellationToken cancellationToken = default);

    /// <summary>
    /// Counts the messages of each lane of the catalog, asked at once: on Azure, a question costs as much as ten messages.
    /// </summary>
    Task<IReadOnlyDictionary<string, QueueCounts>> CountAllAsync(CancellationToken cancellationToken = default);

    /// <summary>The lanes of the catalog that hand out no messages.</summary>
    Task<IReadOnlySet<string>> ListPausedAsync(CancellationToken cancellationToken = default);

    /// <summary>
    /// Lets a lane hand out messages, or stops it: what is sent is stored either way, and what was handed out before is run to its end.
    /// A second call of the same changes nothing.
    /// </summary>
    Task SetReceivingAsync(string lane, bool isOpen, CancellationToken cancellationToken = default);

    /// <summary>Messages in the order of their sequence numbers, without locking them.</summary>
    /// <param name="lane">The lane.</param>
    /// <param name="deadLetters">True looks into its dead letters.</param>
    /// <param name="from">The least sequence number; one more than the last seen gives the next page.</param>
    /// <param name="max">At most 250; fewer may come although there are more, an empty page is the end.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    Task<IReadOnlyList<ServiceBusReceivedMessage>> PeekAsync(
        string lane, bool deadLetters, long from, int max, CancellationToken cancellationToken = default);

    /// <summary>
    /// Deletes waiting messages of the lane, or its dead letters, the oldest first. What a receiver has locked stays, and so do scheduled
    /// messages.
    /// </summary>
    /// <param name="lane">The lane.</param>
    /// <param name="deadLetters">True deletes its dead letters.</param>
    /// <param name="max">At most so many.</param>
    /// <param name="cancellationToken">Stops between two.</param>
    /// <returns>How many; fewer than <paramref name="max"/> when no more were found.</returns>
    Task<int> PurgeAsync(string lane, bool deadLetters, int max, CancellationToken cancellationToken = default);

    /// <summary>Receives a lane's dead letters.</summary>
    IDeadLetterReceiver ReceiveDeadLetters(string lane);
}
