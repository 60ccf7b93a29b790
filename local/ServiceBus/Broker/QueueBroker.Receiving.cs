namespace Serverless.Local.ServiceBus.Broker;

internal sealed partial class QueueBroker
{
    /// <summary>Completes when there may be something new in an entity. Take it before looking.</summary>
    public Task WaitForChange(string entity) => _queues.GetSignal(entity).Next;

    /// <summary>The entity of a path that a receiver without a session may open.</summary>
    /// <exception cref="BrokerException">There is none, it has sessions, or its status forbids it.</exception>
    public string FindReceivable(string path)
    {
        var entity = _queues.Normalize(path);
        _queues.CheckReceive(entity);
        return NeedsSession(entity)
            ? throw new BrokerException(BrokerFault.NotAllowed, $"The queue '{entity}' has sessions: a session must be accepted first.")
            : entity;
    }

    /// <summary>Takes waiting messages, the oldest first; none when there are none.</summary>
    public Task<List<BrokerMessage>> ReceiveAsync(string entity, ReceiveMode mode, int max)
    {
        _queues.CheckReceive(entity);
        return RunAsync(work => MessageReceiving.Receive(work, entity, mode, max));
    }

    /// <summary>Takes deferred messages by their sequence numbers, all or none.</summary>
    /// <exception cref="BrokerException">One of them is not deferred, or is locked.</exception>
    public Task<List<BrokerMessage>> ReceiveDeferredAsync(
        string path, IReadOnlyList<long> sequenceNumbers, ReceiveMode mode, SessionLock? session)
    {
        var entity = _queues.Normalize(path);
        _queues.CheckReceive(entity);
        if (NeedsSession(entity) && session is null) throw BrokerException.SessionLockLost("");
        return RunAsync(work =>
        {
            long? until = session is null ? null : Held(work, session);
            var found = MessageReceiving.ReceiveDeferred(work, entity, sequenceNumbers, mode, until);
            return found.Count == sequenceNumbers.Count && found.All(m => session is null || m.SessionId == session.Id)
                ? found
                : throw new BrokerException(BrokerFault.MessageNotFound, "A message of these numbers is not deferred.");
        });
    }

    /// <summary>Reads messages of any state without locking them, in the order of their numbers.</summary>
    /// <param name="path">A queue, or the dead letters of one.</param>
    /// <param name="from">The least sequence number.</param>
    /// <param name="max">The most that are returned.</param>
    /// <param name="session">Only those of this session; null for all.</param>
    public async Task<List<BrokerMessage>> PeekAsync(string path, long from, int max, string? session = null)
    {
        var entity = _queues.Normalize(path);
        await SweepIfDueAsync();
        return _store.Read(reader => reader.Query(
            $"SELECT {MessageRow.Columns} FROM queue_messages WHERE entity = $1 AND seq >= $2 AND ($4 IS NULL OR session = $4) " +
            "ORDER BY seq LIMIT $3",
            MessageRow.ReadPeeked, entity, from, max, session));
    }

    /// <summary>
    /// Deletes what waits in a queue or among its dead letters, the oldest first; locked, deferred and scheduled messages stay.
    /// </summary>
    /// <param name="path">A queue, or the dead letters of one.</param>
    /// <param name="max">The most that are deleted.</param>
    /// <param name="enqueuedBefore">Only those that were active before this time.</param>
    /// <returns>How many.</returns>
    public Task<int> DeleteAsync(string path, int max, DateTimeOffset enqueuedBefore)
    {
        var entity = _queues.Normalize(path);
        return RunAsync(work =>
        {
            var numbers = work.Session.Query(
                "SELECT seq FROM queue_messages WHERE entity = $1 AND state = 0 AND locked_until = 0 AND enqueued <= $2 ORDER BY " +
                "seq LIMIT $3",
                row => row.GetInt64(0), entity, enqueuedBefore.UtcTicks, max);
            foreach (var number in numbers) work.Remove(number);
            return numbers.Count;
        });
    }

    private bool NeedsSession(string entity) => _queues.Find(entity).RequiresSession && !EntityPath.IsDeadLetters(entity);

    private async Task SweepIfDueAsync()
    {
        if (!_ready.IsCompletedSuccessfully || _clock.IsDue(_clock.Now)) await RunAsync(_ => true);
    }
}
