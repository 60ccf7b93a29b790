namespace Serverless.Local.ServiceBus.Broker;

/// <summary>The sessions' locks and states, on the writer's thread. A session is there while it is locked or has a state.</summary>
internal static class SessionTable
{
    private const string Held = "entity = $1 AND session = $2 AND lock_token = $3 AND locked_until > $4";

    /// <summary>
    /// Locks the next free session that has a waiting message, in the order of the ids, from the one after <paramref name="after"/> on, so
    /// that every session has its turn.
    /// </summary>
    public static SessionLock? AcceptNext(BrokerWork work, string entity, string after)
    {
        var wrapped = false;
        for (var id = after; ;)
        {
            var next = work.Session.QueryFirst(
                "SELECT MIN(session) FROM queue_messages INDEXED BY queue_messages_session " +
                "WHERE entity = $1 AND state = 0 AND session > $2",
                row => row.IsDBNull(0) ? null : row.GetString(0), entity, id);
            if (next is null)
            {
                if (wrapped || after.Length == 0) return null;
                wrapped = true;
                id = "";
                continue;
            }

            if (wrapped && string.CompareOrdinal(next, after) > 0) return null;
            if (Accept(work, entity, next) is { } accepted) return accepted;
            id = next;
        }
    }

    /// <returns>Null when another receiver holds it.</returns>
    public static SessionLock? Accept(BrokerWork work, string entity, string session)
    {
        var until = work.Now + work.QueueOf(entity).LockDuration.Ticks;
        var token = Guid.NewGuid();
        var locked = work.Session.Execute(
            """
            INSERT INTO queue_sessions (entity, session, locked_until, lock_token) VALUES ($1, $2, $3, $4)
            ON CONFLICT DO UPDATE SET locked_until = excluded.locked_until, lock_token = excluded.lock_token WHERE locked_until <= $5
            """,
            entity, session, until, token.ToByteArray(), work.Now) > 0;
        work.NoteDue(until);
        return locked ? new SessionLock(entity, session, token) { LockedUntil = until } : null;
    }

    /// <returns>When the session's lock ends, in ticks; 0 when it was lost.</returns>
    public static long ReadLockedUntil(BrokerWork work, SessionLock held) => work.Session.QueryNumber(
        $"SELECT locked_until FROM queue_sessions WHERE {Held}", held.Entity, held.Id, held.Token.ToByteArray(), work.Now);

    /// <summary>Starts the lock's duration anew, with that of the messages received under it.</summary>
    public static long Renew(BrokerWork work, SessionLock held)
    {
        var until = work.Now + work.QueueOf(held.Entity).LockDuration.Ticks;
        if (work.Session.Execute(
            $"UPDATE queue_sessions SET locked_until = $5 WHERE {Held}", held.Entity, held.Id, held.Token.ToByteArray(), work.Now,
            until) == 0) return 0;
        work.Session.Execute(
            "UPDATE queue_messages SET locked_until = $3 WHERE locked_until > 0 AND entity = $1 AND session = $2", held.Entity, held.Id,
            until);
        work.NoteDue(until);
        return until;
    }

    /// <summary>Frees the session and gives back what was received under it and not settled.</summary>
    public static bool Release(BrokerWork work, SessionLock held)
    {
        if (ReadLockedUntil(work, held) == 0) return false;
        foreach (var message in work.Session.Query(
            $"SELECT {StoredMessage.Columns} FROM queue_messages WHERE locked_until > 0 AND entity = $1 AND session = $2 ORDER BY seq",
            StoredMessage.Read, held.Entity, held.Id))
        {
            MessageSettling.Unlock(work, message);
        }

        Free(work, held.Entity, held.Id);
        return true;
    }

    public static void Free(BrokerWork work, string entity, string session)
    {
        if (work.Session.Execute("DELETE FROM queue_sessions WHERE entity = $1 AND session = $2 AND state IS NULL", entity, session) == 0)
        {
            work.Session.Execute(
                "UPDATE queue_sessions SET locked_until = 0, lock_token = NULL WHERE entity = $1 AND session = $2", entity, session);
        }

        work.Wake(entity);
    }

    public static byte[]? ReadState(BrokerWork work, SessionLock held) => work.Session.QueryFirst(
        "SELECT state FROM queue_sessions WHERE entity = $1 AND session = $2", row => row.IsDBNull(0)
            ? null : row.GetFieldValue<byte[]>(0), held.Entity, held.Id);

    public static void SetState(BrokerWork work, SessionLock held, byte[]? state) => work.Session.Execute(
        "UPDATE queue_sessions SET state = $3, state_set = $4 WHERE entity = $1 AND session = $2", held.Entity, held.Id, state, work.Now);
}
