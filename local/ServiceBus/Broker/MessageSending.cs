namespace Serverless.Local.ServiceBus.Broker;

/// <summary>Sending, scheduling and cancelling, on the writer's thread.</summary>
internal static class MessageSending
{
    /// <returns>The sequence number; 0 for a duplicate, which is dropped without a word, as Service Bus does.</returns>
    public static long Send(BrokerWork work, QueueDefinition queue, NewMessage message)
    {
        if (queue.DuplicateDetectionWindow > TimeSpan.Zero && IsDuplicate(work, queue, message.MessageId)) return 0;

        var scheduled = message.Due > work.Now;
        var lifetime = message.TimeToLive < queue.DefaultTimeToLive ? message.TimeToLive : queue.DefaultTimeToLive;
        var expires = scheduled ? 0 : work.CalculateEnd(lifetime);
        work.NoteDue(scheduled ? message.Due : expires);
        if (!scheduled) work.Wake(queue.Name);
        return work.Session.QueryNumber(
            """
            INSERT INTO queue_messages (entity, state, session, due, expires, message_id, enqueued, ttl, annotations, content)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) RETURNING seq
            """,
            queue.Name, (int)(scheduled ? MessageState.Scheduled : MessageState.Active), message.SessionId, message.Due, expires,
            message.MessageId, work.Now, lifetime == TimeSpan.MaxValue ? 0 : lifetime.Ticks, message.Annotations, message.Content);
    }

    /// <returns>False when no such message is scheduled.</returns>
    public static bool Cancel(BrokerWork work, string queue, long sequenceNumber) =>
        work.Session.Execute("DELETE FROM queue_messages WHERE seq = $1 AND entity = $2 AND state = 2", sequenceNumber, queue) > 0;

    private static bool IsDuplicate(BrokerWork work, QueueDefinition queue, string messageId)
    {
        var until = work.CalculateEnd(queue.DuplicateDetectionWindow);
        work.NoteDue(until);
        return work.Session.Execute(
            """
            INSERT INTO queue_duplicates (entity, message_id, expires) VALUES ($1, $2, $3)
            ON CONFLICT DO UPDATE SET expires = excluded.expires WHERE expires <= $4
            """,
            queue.Name, messageId, until, work.Now) == 0;
    }
}
