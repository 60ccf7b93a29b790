using Azure.Messaging.ServiceBus;

namespace Serverless.Local.Runtime.Queues;

public sealed partial class QueueBroker
{
    /// <summary>Locks waiting messages, the oldest first; waits for the first one.</summary>
    /// <param name="path">A queue, or <see cref="EntityPath.DeadLetters"/> of one.</param>
    /// <param name="max">The most that are returned.</param>
    /// <param name="maxWait">After which nothing is returned; zero only looks.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="InvalidOperationException">The queue has sessions.</exception>
    public Task<IReadOnlyList<ServiceBusReceivedMessage>> ReceiveAsync(
        string path, int max, TimeSpan maxWait, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(max);
        var entity = _queues.Canonical(path);
        if (_queues.Find(path).RequiresSession && !EntityPath.IsDeadLetters(entity))
        {
            throw new InvalidOperationException($"The queue '{entity}' has sessions: a session must be accepted first.");
        }

        return WaitAsync<IReadOnlyList<ServiceBusReceivedMessage>>(
            entity, work => MessageReceiving.Receive(work, entity, max) is { Count: > 0 } messages
                ? messages : null, maxWait, [], cancellationToken);
    }

    /// <summary>Locks deferred messages by their sequence numbers.</summary>
    /// <exception cref="ServiceBusException">One of them is not deferred, or is locked.</exception>
    public async Task<IReadOnlyList<ServiceBusReceivedMessage>> ReceiveDeferredAsync(string path, IReadOnlyList<long> sequenceNumbers)
    {
        var entity = _queues.Canonical(path);
        return await RunAsync(
            work => MessageReceiving.ReceiveDeferred(work, entity, sequenceNumbers) is var found && found.Count == sequenceNumbers.Count
            ? found
            : throw new ServiceBusException(
                "A message of these numbers is not deferred.", ServiceBusFailureReason.MessageNotFound, entity));
    }

    /// <summary>Reads messages of any state without locking them, in the order of their numbers.</summary>
    /// <param name="path">A queue, or <see cref="EntityPath.DeadLetters"/> of one.</param>
    /// <param name="from">The least sequence number.</param>
    /// <param name="max">The most that are returned.</param>
    public async Task<IReadOnlyList<ServiceBusReceivedMessage>> PeekAsync(string path, long from, int max)
    {
        var entity = _queues.Canonical(path);
        await SweepIfDueAsync();
        return _store.Read(session => session.Query(
            $"SELECT {MessageRow.Columns} FROM queue_messages WHERE entity = $1 AND seq >= $2 ORDER BY seq LIMIT $3", MessageRow.Peeked,
            entity, from, max));
    }

    /// <summary>Counts a queue's messages.</summary>
    public async Task<QueueCounts> CountAsync(string queue)
    {
        var name = _queues.Canonical(queue);
        await SweepIfDueAsync();
        return _store.Read(session => new QueueCounts(
            session.Number("SELECT COUNT(*) FROM queue_messages WHERE entity = $1 AND state IN (0, 1)", name),
            session.Number("SELECT COUNT(*) FROM queue_messages WHERE entity = $1 AND state = 2", name),
            session.Number("SELECT COUNT(*) FROM queue_messages WHERE entity = $1", EntityPath.DeadLetters(name))));
    }

    /// <summary>Counts the messages that wait for a consumer: active ones that nobody has locked.</summary>
    internal long CountWaiting(string queue)
    {
        var name = _queues.Canonical(queue);
        return _store.Read(session => session.Number(
            """
            SELECT (SELECT COUNT(*) FROM queue_messages WHERE entity = $1 AND state = 0)
                 - (SELECT COUNT(*) FROM queue_messages WHERE locked_until > 0 AND entity = $1 AND state = 0)
            """,
            name));
    }

    /// <summary>
    /// Deletes what waits in a queue or among its dead letters, the oldest first; locked, deferred and scheduled messages stay.
    /// </summary>
    /// <param name="path">A queue, or <see cref="EntityPath.DeadLetters"/> of one.</param>
    /// <param name="max">The most that are deleted.</param>
    /// <returns>How many.</returns>
    public Task<int> PurgeAsync(string path, int max = int.MaxValue)
    {
        var entity = _queues.Canonical(path);
        return RunAsync(work => work.Session.Execute(
            "DELETE FROM queue_messages WHERE seq IN (SELECT seq FROM queue_messages WHERE entity = $1 AND state = 0 AND locked_until = " +
            "0 ORDER BY seq LIMIT $2)", entity, max));
    }

    private async Task SweepIfDueAsync()
    {
        if (!_ready.IsCompletedSuccessfully || _clock.IsDue(_clock.Now)) await RunAsync(_ => true);
    }

    private async Task<T> WaitAsync<T>(
        string entity, Func<BrokerWork, T?> look, TimeSpan maxWait, T nothing, CancellationToken cancellationToken) where T : class
    {
        var signal = _queues.Signal(entity);
        var start = _time.GetTimestamp();
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var next = signal.Next;
            if (await RunAsync(look) is { } found) return found;

            var left = maxWait == Timeout.InfiniteTimeSpan ? maxWait : maxWait - _time.GetElapsedTime(start);
            if (left <= TimeSpan.Zero && left != Timeout.InfiniteTimeSpan) return nothing;
            try
            {
                await next.WaitAsync(left, _time, cancellationToken);
            }
            catch (TimeoutException)
            {
                return nothing;
            }
        }
    }
}
