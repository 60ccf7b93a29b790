namespace Serverless.Local.ServiceBus.Broker;

/// <summary>Settling and renewing locked messages, on the writer's thread. Every method says when the lock was lost.</summary>
internal static class MessageSettling
{
    public const string MaxDeliveryReason = "MaxDeliveryCountExceeded";
    public const string ExpiredReason = "TTLExpiredException";
    private const string ExpiredDescription = "The message expired and was dead lettered.";

    private const string Held = "seq = $1 AND lock_token = $2 AND locked_until > $3";

    public static bool Complete(BrokerWork work, Guid token) => work.Session.Execute(
        $"DELETE FROM queue_messages WHERE {Held}", LockToken.ReadSequenceNumber(token), token.ToByteArray(), work.Now) > 0;

    public static bool Abandon(BrokerWork work, Guid token, IReadOnlyDictionary<string, object?>? changes)
    {
        if (Find(work, token) is not { } found) return false;
        work.Change(found.SequenceNumber, changes);
        Unlock(work, found);
        return true;
    }

    /// <summary>Unlocks a message that never reached its receiver: that delivery does not count.</summary>
    public static bool Return(BrokerWork work, Guid token)
    {
        if (Find(work, token) is not { } found) return false;
        work.Session.Execute("UPDATE queue_messages SET deliveries = deliveries - 1 WHERE seq = $1", found.SequenceNumber);
        Unlock(work, found with { Deliveries = found.Deliveries - 1 });
        return true;
    }

    public static bool DeadLetter(
        BrokerWork work, Guid token, IReadOnlyDictionary<string, object?>? changes, string? reason, string? description)
    {
        if (Find(work, token) is not { } found) return false;
        work.DeadLetter(found.SequenceNumber, EntityPath.QueueOf(found.Entity), changes, reason, description);
        return true;
    }

    public static bool Defer(BrokerWork work, Guid token, IReadOnlyDictionary<string, object?>? changes)
    {
        if (Find(work, token) is not { } found) return false;
        work.Change(found.SequenceNumber, changes);
        work.Session.Execute(
            "UPDATE queue_messages SET state = 1, locked_until = 0, lock_token = NULL WHERE seq = $1", found.SequenceNumber);
        return true;
    }

    /// <returns>When the renewed lock ends, in ticks; 0 when it was lost.</returns>
    public static long Renew(BrokerWork work, string entity, Guid token)
    {
        var until = work.Now + work.QueueOf(entity).LockDuration.Ticks;
        work.NoteDue(until);
        return work.Session.Execute(
            $"UPDATE queue_messages SET locked_until = $4 WHERE {Held}", LockToken.ReadSequenceNumber(
                token), token.ToByteArray(), work.Now, until) > 0 ? until : 0;
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
            work.DeadLetter(
                message.SequenceNumber, message.Entity, null, MaxDeliveryReason,
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
            work.DeadLetter(message.SequenceNumber, message.Entity, null, ExpiredReason, ExpiredDescription);
        }
        else
        {
            work.Session.Execute("DELETE FROM queue_messages WHERE seq = $1", message.SequenceNumber);
        }
    }

    private static StoredMessage? Find(BrokerWork work, Guid token) => work.Session.QueryFirst(
        $"SELECT {StoredMessage.Columns} FROM queue_messages WHERE {Held}", StoredMessage.Read,
        LockToken.ReadSequenceNumber(token), token.ToByteArray(), work.Now);
}
