using Azure.Messaging.ServiceBus;

namespace Serverless.Local.Runtime.Queues;

/// <summary>Settling and renewing locked messages, on the writer's thread. Every method returns false when the lock was lost.</summary>
internal static class MessageSettling
{
    public const string MaxDeliveryReason = "MaxDeliveryCountExceeded";
    public const string ExpiredReason = "TTLExpiredException";
    private const string ExpiredDescription = "The message expired and was dead lettered.";

    private const string Held = "seq = $1 AND lock_token = $2 AND locked_until > $3";

    public static bool Complete(BrokerWork work, ServiceBusReceivedMessage message) =>
        work.Session.Execute(
            $"DELETE FROM queue_messages WHERE {Held}", message.SequenceNumber, Guid.Parse(message.LockToken).ToByteArray(), work.Now) > 0;

    public static bool Abandon(BrokerWork work, ServiceBusReceivedMessage message, IDictionary<string, object>? changes)
    {
        if (Find(work, message) is not { } found) return false;
        if (changes is { Count: > 0 }) Store(work, found, changes);
        Unlock(work, found);
        return true;
    }

    public static bool DeadLetter(
        BrokerWork work, ServiceBusReceivedMessage message, IDictionary<string, object>? changes, string? reason, string? description)
    {
        if (Find(work, message) is not { } found) return false;
        work.DeadLetter(found.SequenceNumber, found.Entity, Merge(found.Properties, changes), reason, description);
        return true;
    }

    public static bool Defer(BrokerWork work, ServiceBusReceivedMessage message, IDictionary<string, object>? changes)
    {
        if (Find(work, message) is not { } found) return false;
        if (changes is { Count: > 0 }) Store(work, found, changes);
        work.Session.Execute(
            "UPDATE queue_messages SET state = 1, locked_until = 0, lock_token = NULL WHERE seq = $1", found.SequenceNumber);
        return true;
    }

    /// <returns>When the renewed lock ends, in ticks; 0 when it was lost.</returns>
    public static long Renew(BrokerWork work, string entity, ServiceBusReceivedMessage message)
    {
        var until = work.Now + work.QueueOf(entity).LockDuration.Ticks;
        work.DueAt(until);
        return work.Session.Execute(
            $"UPDATE queue_messages SET locked_until = $4 WHERE {Held}",
            message.SequenceNumber, Guid.Parse(message.LockToken).ToByteArray(), work.Now, until) > 0 ? until : 0;
    }

    /// <summary>Makes a message available again; one that was delivered too often, or has outlived its time, leaves its queue.</summary>
    public static void Unlock(BrokerWork work, StoredMessage message)
    {
        var queue = work.QueueOf(message.Entity);
        if (EntityPath.IsDeadLetters(message.Entity)
            || (message.Deliveries < queue.MaxDeliveryCount && (message.Expires == 0 || message.Expires > work.Now)))
        {
            work.Session.Execute("UPDATE queue_messages SET locked_until = 0, lock_token = NULL WHERE seq = $1", message.SequenceNumber);
            work.Wake(message.Entity);
        }
        else if (message.Deliveries >= queue.MaxDeliveryCount)
        {
            work.DeadLetter(message.SequenceNumber, message.Entity, PropertyCodec.Read(message.Properties), MaxDeliveryReason,
                $"Message could not be consumed after {message.Deliveries} delivery attempts.");
        }
        else
        {
            Expire(work, message);
        }
    }

    /// <summary>Ends an unlocked message's life as its queue says.</summary>
    public static void Expire(BrokerWork work, StoredMessage message)
    {
        if (work.QueueOf(message.Entity).DeadLetterOnExpiration)
        {
            work.DeadLetter(
                message.SequenceNumber, message.Entity, PropertyCodec.Read(message.Properties), ExpiredReason, ExpiredDescription);
        }
        else
        {
            work.Session.Execute("DELETE FROM queue_messages WHERE seq = $1", message.SequenceNumber);
        }
    }

    private static StoredMessage? Find(BrokerWork work, ServiceBusReceivedMessage message) => work.Session.First(
        $"SELECT {StoredMessage.Columns} FROM queue_messages WHERE {Held}", StoredMessage.Read,
        message.SequenceNumber, Guid.Parse(message.LockToken).ToByteArray(), work.Now);

    private static void Store(BrokerWork work, StoredMessage message, IDictionary<string, object> changes) =>
        work.Session.Execute(
            "UPDATE queue_messages SET properties = $2 WHERE seq = $1", message.SequenceNumber, PropertyCodec.Write(
                Merge(message.Properties, changes)));

    private static Dictionary<string, object> Merge(byte[]? properties, IDictionary<string, object>? changes)
    {
        var merged = PropertyCodec.Read(properties);
        foreach (var (name, value) in changes ?? new Dictionary<string, object>()) merged[name] = value;
        return merged;
    }
}
