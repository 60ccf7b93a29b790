namespace Serverless.Local.ServiceBus.Broker;

internal sealed partial class QueueBroker
{
    /// <summary>Stores messages, all or none. Duplicates within the queue's window are dropped.</summary>
    /// <returns>Their sequence numbers; 0 for a duplicate.</returns>
    public Task<List<long>> SendAsync(string queue, IReadOnlyList<NewMessage> messages)
    {
        var definition = Target(queue);
        _queues.CheckSend(queue);
        if (definition.RequiresSession && messages.Any(m => string.IsNullOrEmpty(m.SessionId)))
        {
            throw new BrokerException(
                BrokerFault.NotAllowed, $"The queue '{definition.Name}' has sessions: a message to it needs a session id.");
        }

        var capped = messages.Select(message => Cap(message, definition.DefaultTimeToLive)).ToList();
        return RunAsync(work => capped.Select(message => MessageSending.Send(work, definition, message)).ToList());
    }

    /// <summary>Takes scheduled messages back, all or none.</summary>
    /// <exception cref="BrokerException">One of them is not scheduled (any more).</exception>
    public Task CancelScheduledAsync(string queue, IReadOnlyList<long> sequenceNumbers)
    {
        var name = Target(queue).Name;
        return RunAsync(work => sequenceNumbers.All(number => MessageSending.Cancel(work, name, number))
            ? true
            : throw new BrokerException(BrokerFault.MessageNotFound, "No message is scheduled under such a number."));
    }

    // What a message says about its life is what receivers will read.
    private static NewMessage Cap(NewMessage message, TimeSpan max) =>
        message.TimeToLive == TimeSpan.MaxValue || message.TimeToLive <= max
        ? message
        : message with { TimeToLive = max, Content = MessageContent.Expire(message.Content, max) };

    private QueueDefinition Target(string path) => EntityPath.IsDeadLetters(path)
        ? throw new BrokerException(BrokerFault.NotAllowed, "Nothing can be sent to dead letters.")
        : _queues.Find(path);
}
