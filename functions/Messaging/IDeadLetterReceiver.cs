using Azure.Messaging.ServiceBus;

namespace Serverless.Messaging;

/// <summary>Takes dead letters of one lane, each locked for the lane's lock duration.</summary>
internal interface IDeadLetterReceiver : IAsyncDisposable
{
    /// <summary>The oldest that nobody has locked.</summary>
    /// <param name="max">At most so many; none when there are no more.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    Task<IReadOnlyList<ServiceBusReceivedMessage>> ReceiveAsync(int max, CancellationToken cancellationToken);

    /// <summary>Deletes one.</summary>
    /// <returns>False when its lock had ended: it is still there.</returns>
    Task<bool> CompleteAsync(ServiceBusReceivedMessage message, CancellationToken cancellationToken);

    /// <summary>Unlocks one that stays; nothing happens when its lock has ended.</summary>
    Task ReleaseAsync(ServiceBusReceivedMessage message);
}
