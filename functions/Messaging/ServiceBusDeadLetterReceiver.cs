using Azure.Messaging.ServiceBus;

namespace Serverless.Messaging;

/// <summary>Takes dead letters of a Service Bus queue. Those of a queue with sessions need none.</summary>
internal sealed class ServiceBusDeadLetterReceiver(ServiceBusReceiver receiver) : IDeadLetterReceiver
{
    // An empty queue answers at once; a long wait would only hold the walk up.
    private static readonly TimeSpan MaxWait = TimeSpan.FromSeconds(2);

    public Task<IReadOnlyList<ServiceBusReceivedMessage>> ReceiveAsync(int max, CancellationToken cancellationToken) =>
        receiver.ReceiveMessagesAsync(max, MaxWait, cancellationToken);

    public async Task<bool> CompleteAsync(ServiceBusReceivedMessage message, CancellationToken cancellationToken)
    {
        try
        {
            await receiver.CompleteMessageAsync(message, cancellationToken);
            return true;
        }
        catch (ServiceBusException e) when (e.Reason == ServiceBusFailureReason.MessageLockLost)
        {
            return false;
        }
    }

    public async Task ReleaseAsync(ServiceBusReceivedMessage message)
    {
        try
        {
            await receiver.AbandonMessageAsync(message, cancellationToken: CancellationToken.None);
        }
        catch (ServiceBusException e) when (e.Reason == ServiceBusFailureReason.MessageLockLost)
        {
            // It is free already.
        }
    }

    public ValueTask DisposeAsync() => receiver.DisposeAsync();
}
