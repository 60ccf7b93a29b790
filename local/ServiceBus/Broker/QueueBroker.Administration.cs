namespace Serverless.Local.ServiceBus.Broker;

internal sealed partial class QueueBroker
{
    /// <summary>Counts a queue's messages.</summary>
    public async Task<QueueCounts> CountAsync(string queue)
    {
        var name = _queues.Find(queue).Name;
        await SweepIfDueAsync();
        return _store.Read(session => new QueueCounts(
            session.QueryNumber("SELECT COUNT(*) FROM queue_messages WHERE entity = $1 AND state IN (0, 1)", name),
            session.QueryNumber("SELECT COUNT(*) FROM queue_messages WHERE entity = $1 AND state = 2", name),
            session.QueryNumber("SELECT COUNT(*) FROM queue_messages WHERE entity = $1", EntityPath.DeadLetters(name))));
    }

    /// <summary>
    /// Opens or closes a queue for senders and receivers, and keeps what its users note of it, both at once; stored, so that it outlives
    /// the process.
    /// </summary>
    public async Task SetStatusAsync(string queue, QueueStatus status, string metadata)
    {
        var name = _queues.Find(queue).Name;
        var updated = await RunAsync(work =>
        {
            work.Session.Execute(
                "INSERT OR REPLACE INTO queue_status (entity, status, metadata, updated) VALUES ($1, $2, $3, $4)",
                name, (int)status, metadata, work.Now);
            return work.Now;
        });
        _queues.SetStatus(name, status, metadata, updated);
        // Receivers look whether they may go on.
        _queues.GetSignal(name).Set();
        _queues.GetSignal(EntityPath.DeadLetters(name)).Set();
    }
}
