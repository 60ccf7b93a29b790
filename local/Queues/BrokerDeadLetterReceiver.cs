using Azure.Messaging.ServiceBus;
using Serverless.Local.Runtime.Queues;
using Serverless.Messaging;

namespace Serverless.Local.Queues;

/// <summary>Takes dead letters of a queue of the local broker.</summary>
internal sealed class BrokerDeadLetterReceiver(QueueBroker broker, string lane) : IDeadLetterReceiver
{
    public Task<IReadOnlyList<ServiceBusReceivedMessage>> ReceiveAsync(int max, CancellationToken cancellationToken) =>
        broker.ReceiveAsync(EntityPath.DeadLetters(lane), max, TimeSpan.Zero, cancellationToken);

    public async Task<bool> CompleteAsync(ServiceBusReceivedMessage message, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        try
        {
            await broker.CompleteAsync(message);
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
            await broker.AbandonAsync(message);
        }
        catch (ServiceBusException e) when (e.Reason == ServiceBusFailureReason.MessageLockLost)
        {
            // It is free already.
        }
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
