using Azure.Messaging.ServiceBus;

namespace Serverless.Local.Runtime.Queues;

/// <summary>Receiving under a lock and peeking, on the writer's thread.</summary>
internal static class MessageReceiving
{
    /// <summary>Locks the oldest waiting messages.</summary>
    public static List<ServiceBusReceivedMessage> Receive(BrokerWork work, string entity, int max)
    {
        var until = work.Now + work.QueueOf(entity).LockDuration.Ticks;
        var messages = work.Session.Query(
            $"SELECT {MessageRow.Columns} FROM queue_messages INDEXED BY queue_messages_ready WHERE entity = $1 AND state = 0 AND " +
            $"locked_until = 0 ORDER BY seq LIMIT $2",
            row => MessageRow.Locked(row, until), entity, max);
        Lock(work, messages, until);
        return messages;
    }

    /// <summary>Locks the oldest waiting messages of a session until its own lock ends.</summary>
    public static List<ServiceBusReceivedMessage> ReceiveInSession(BrokerWork work, string entity, string session, long until, int max)
    {
        var messages = work.Session.Query(
            $"SELECT {MessageRow.Columns} FROM queue_messages INDEXED BY queue_messages_session WHERE entity = $1 AND state = 0 AND " +
            $"session = $2 AND locked_until = 0 ORDER BY seq LIMIT $3",
            row => MessageRow.Locked(row, until), entity, session, max);
        Lock(work, messages, until);
        return messages;
    }

    /// <summary>Locks deferred messages by their numbers; those that are not deferred, or are locked, are left out.</summary>
    public static List<ServiceBusReceivedMessage> ReceiveDeferred(BrokerWork work, string entity, IEnumerable<long> sequenceNumbers)
    {
        var until = work.Now + work.QueueOf(entity).LockDuration.Ticks;
        var messages = sequenceNumbers.Select(number => work.Session.First(
            $"SELECT {MessageRow.Columns} FROM queue_messages WHERE seq = $1 AND entity = $2 AND state = 1 AND locked_until = 0",
            row => MessageRow.Locked(row, until), number, entity)).OfType<ServiceBusReceivedMessage>().ToList();
        Lock(work, messages, until);
        return messages;
    }

    private static void Lock(BrokerWork work, List<ServiceBusReceivedMessage> messages, long until)
    {
        if (messages.Count == 0) return;
        foreach (var message in messages)
        {
            work.Session.Execute(
                "UPDATE queue_messages SET locked_until = $2, lock_token = $3, deliveries = deliveries + 1 WHERE seq = $1",
                message.SequenceNumber, until, Guid.Parse(message.LockToken).ToByteArray());
        }

        work.DueAt(until);
    }
}
