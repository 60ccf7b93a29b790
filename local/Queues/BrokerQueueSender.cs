using Azure.Messaging.ServiceBus;
using Serverless.Local.Runtime.Queues;
using Serverless.Messaging;

namespace Serverless.Local.Queues;

/// <summary>Sends to the local broker.</summary>
internal sealed class BrokerQueueSender(QueueBroker broker) : IQueueSender
{
    public Task SendAsync(string lane, IReadOnlyList<OutgoingMessage> messages, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return broker.SendAsync(lane, messages.Select(Convert));
    }

    public Task<long> ScheduleAsync(string lane, OutgoingMessage message, DateTimeOffset due, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return broker.ScheduleAsync(lane, Convert(message) with { ScheduledEnqueueTime = due });
    }

    public async Task<bool> CancelScheduledAsync(string lane, long sequenceNumber, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        try
        {
            await broker.CancelScheduledAsync(lane, sequenceNumber);
            return true;
        }
        catch (ServiceBusException e) when (e.Reason == ServiceBusFailureReason.MessageNotFound)
        {
            return false;
        }
    }

    private static QueueMessage Convert(OutgoingMessage message) => new(message.Body)
    {
        MessageId = message.MessageId,
        SessionId = message.SessionId,
        Subject = message.Subject,
        CorrelationId = message.CorrelationId,
        ContentType = message.ContentType,
        TimeToLive = message.TimeToLive ?? TimeSpan.MaxValue,
        ApplicationProperties = message.Properties,
    };
}
