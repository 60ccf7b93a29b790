namespace Serverless.Local.ServiceBus.Broker;

/// <summary>Does what time alone brings: locks end, scheduled messages become active, messages expire, ids are forgotten.</summary>
internal static class Sweep
{
    // Forgetting ids is housekeeping: in bites, so that no send waits for it.
    private const int ForgottenAtOnce = 5_000;
    private static readonly TimeSpan ForgetInterval = TimeSpan.FromSeconds(10);

    /// <returns>When there is next something to do, in UTC ticks.</returns>
    public static long Run(BrokerWork work)
    {
        FreeSessions(work);
        EndLocks(work);
        Activate(work);
        Expire(work);
        return new[]
        {
            Forget(work),
            work.Session.QueryNumber("SELECT MIN(locked_until) FROM queue_messages WHERE locked_until > 0"),
            work.Session.QueryNumber("SELECT MIN(locked_until) FROM queue_sessions WHERE locked_until > 0"),
            work.Session.QueryNumber("SELECT MIN(due) FROM queue_messages WHERE state = 2"),
            // Expired ones that are still here are locked: the end of the lock sees to them.
            work.Session.QueryNumber("SELECT MIN(expires) FROM queue_messages WHERE expires > 0 AND expires > $1", work.Now),
        }.Where(ticks => ticks > 0).DefaultIfEmpty(long.MaxValue).Min();
    }

    private static void FreeSessions(BrokerWork work)
    {
        foreach (var (entity, session) in work.Session.Query(
            "SELECT entity, session FROM queue_sessions WHERE locked_until > 0 AND locked_until <= $1",
            row => (row.GetString(0), row.GetString(1)), work.Now))
        {
            SessionTable.Free(work, entity, session);
        }
    }

    private static void EndLocks(BrokerWork work)
    {
        foreach (var message in work.Session.Query(
            $"SELECT {StoredMessage.Columns} FROM queue_messages WHERE locked_until > 0 AND locked_until <= $1 ORDER BY seq",
            StoredMessage.Read, work.Now))
        {
            MessageSettling.Unlock(work, message);
        }
    }

    // A message that becomes active gets a new number, so that the queue's order is that of becoming active.
    private static void Activate(BrokerWork work)
    {
        foreach (var (number, entity, ttl) in work.Session.Query(
            "SELECT seq, entity, ttl FROM queue_messages WHERE state = 2 AND due <= $1 ORDER BY due, seq",
            row => (row.GetInt64(0), row.GetString(1), row.GetInt64(2)), work.Now))
        {
            var expires = ttl == 0 ? 0 : work.CalculateEnd(TimeSpan.FromTicks(ttl));
            work.Session.Execute(
                """
                INSERT INTO queue_messages
                    (entity, state, session, due, expires, message_id, enqueued, ttl, first_seq, annotations, content)
                SELECT entity, 0, session, due, $2, message_id, $3, ttl, seq, annotations, content FROM queue_messages WHERE seq = $1
                """,
                number, expires, work.Now);
            work.Session.Execute("DELETE FROM queue_messages WHERE seq = $1", number);
            work.Wake(entity);
        }
    }

    private static void Expire(BrokerWork work)
    {
        foreach (var message in work.Session.Query(
            $"SELECT {StoredMessage.Columns} FROM queue_messages WHERE expires > 0 AND expires <= $1 AND locked_until = 0 ORDER BY seq",
            StoredMessage.Read, work.Now))
        {
            MessageSettling.Expire(work, message);
        }
    }

    private static long Forget(BrokerWork work)
    {
        var forgotten = work.Session.Execute(
            "DELETE FROM queue_duplicates WHERE (entity, message_id) IN (SELECT entity, message_id FROM queue_duplicates WHERE expires " +
            "<= $1 LIMIT $2)",
            work.Now, ForgottenAtOnce);
        var next = work.Session.QueryNumber("SELECT MIN(expires) FROM queue_duplicates");
        return next == 0 ? 0 : Math.Max(next, Soonest(work, forgotten));
    }

    private static long Soonest(BrokerWork work, int gone) =>
        work.Now + (gone == ForgottenAtOnce ? TimeSpan.FromSeconds(1) : ForgetInterval).Ticks;
}
