using Azure.Messaging.ServiceBus;

namespace Serverless.Local.Runtime.Queues;

public sealed partial class QueueBroker
{
    /// <summary>Stores messages, all or none. Duplicates within the queue's window are dropped.</summary>
    public async Task SendAsync(string queue, IEnumerable<QueueMessage> messages)
    {
        var definition = _queues.Find(queue);
        var prepared = messages.Select(m => PreparedMessage.From(m, definition, _options.MaxMessageBytes)).ToList();
        if (prepared.Count == 0) return;
        await RunAsync(work =>
        {
            foreach (var message in prepared) MessageSending.Send(work, definition, message);
            return true;
        });
    }

    /// <summary>Stores a message that becomes active at its <see cref="QueueMessage.ScheduledEnqueueTime"/>.</summary>
    /// <returns>Its sequence number until then; 0 when it was a duplicate.</returns>
    public Task<long> ScheduleAsync(string queue, QueueMessage message)
    {
        var definition = _queues.Find(queue);
        var prepared = PreparedMessage.From(message, definition, _options.MaxMessageBytes);
        return RunAsync(work => MessageSending.Send(work, definition, prepared));
    }

    /// <summary>Takes back a scheduled message.</summary>
    /// <exception cref="ServiceBusException">No message of that number is scheduled (any more).</exception>
    public async Task CancelScheduledAsync(string queue, long sequenceNumber)
    {
        var name = _queues.Canonical(queue);
        if (!await RunAsync(work => MessageSending.Cancel(work, name, sequenceNumber)))
        {
            throw new ServiceBusException(
                $"No message is scheduled under the number {sequenceNumber}.", ServiceBusFailureReason.MessageNotFound, name);
        }
    }
}
