namespace Serverless.Local.ServiceBus.Broker;

/// <summary>Receiving, on the writer's thread.</summary>
internal static class MessageReceiving
{
    private const string Ready =
        $"SELECT {MessageRow.Columns} FROM queue_messages INDEXED BY queue_messages_ready " +
        "WHERE entity = $1 AND state = 0 AND locked_until = 0 ORDER BY seq LIMIT $2";

    private const string ReadyInSession =
        $"SELECT {MessageRow.Columns} FROM queue_messages INDEXED BY queue_messages_session " +
        "WHERE entity = $1 AND state = 0 AND session = $2 AND locked_until = 0 ORDER BY seq LIMIT $3";

    private const string Deferred =
        $"SELECT {MessageRow.Columns} FROM queue_messages WHERE seq = $1 AND entity = $2 AND state = 1 AND locked_until = 0";

    /// <summary>Takes the oldest waiting messages.</summary>
    public static List<BrokerMessage> Receive(BrokerWork work, string entity, ReceiveMode mode, int max)
    {
        var until = LockEnd(work, entity);
        var messages = mode == ReceiveMode.PeekLock
            ? work.Session.Query(Ready, row => MessageRow.ReadLocked(row, until), entity, max)
            : work.Session.Query(Ready, MessageRow.ReadDeleted, entity, max);
        return Take(work, messages, mode, until);
    }

    /// <summary>Takes the oldest waiting messages of a session; a lock ends with the session's own.</summary>
    public static List<BrokerMessage> ReceiveInSession(BrokerWork work, SessionLock session, ReceiveMode mode, long until, int max)
    {
        var messages = mode == ReceiveMode.PeekLock
            ? work.Session.Query(ReadyInSession, row => MessageRow.ReadLocked(row, until), session.Entity, session.Id, max)
            : work.Session.Query(ReadyInSession, MessageRow.ReadDeleted, session.Entity, session.Id, max);
        return Take(work, messages, mode, until);
    }

    /// <summary>Takes deferred messages by their numbers; those that are not deferred, or are locked, are left out.</summary>
    public static List<BrokerMessage> ReceiveDeferred(
        BrokerWork work, string entity, IEnumerable<long> sequenceNumbers, ReceiveMode mode, long? sessionUntil)
    {
        var until = sessionUntil ?? LockEnd(work, entity);
        var messages = sequenceNumbers.Distinct().Select(number => mode == ReceiveMode.PeekLock
            ? work.Session.QueryFirst(Deferred, row => MessageRow.ReadLocked(row, until), number, entity)
            : work.Session.QueryFirst(Deferred, MessageRow.ReadDeleted, number, entity)).OfType<BrokerMessage>().ToList();
        return Take(work, messages, mode, until);
    }

    private static long LockEnd(BrokerWork work, string entity) => work.Now + work.QueueOf(entity).LockDuration.Ticks;

    private static List<BrokerMessage> Take(BrokerWork work, List<BrokerMessage> messages, ReceiveMode mode, long until)
    {
        if (messages.Count == 0) return messages;
        if (mode == ReceiveMode.ReceiveAndDelete)
        {
            foreach (var message in messages) work.Remove(message.SequenceNumber);
            return messages;
        }

        foreach (var message in messages)
        {
            work.Session.Execute(
                "UPDATE queue_messages SET locked_until = $2, lock_token = $3, deliveries = deliveries + 1 WHERE seq = $1",
                message.SequenceNumber, until, message.LockToken.ToByteArray());
        }

        work.NoteDue(until);
        return messages;
    }
}
