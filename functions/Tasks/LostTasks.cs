using Azure.Messaging.ServiceBus;
using Serverless.Messaging;
using Serverless.Tasks.Store;

namespace Serverless.Tasks;

/// <summary>
/// Fails tasks that wait for a message that is gone: a sender that died before the message was stored, a queue that was purged, a data
/// folder whose broker was lost. Arguments travel in the message alone, so that nobody but the sender can send them again.
/// </summary>
public sealed class LostTasks(TaskStore store, IQueueAdmin admin, QueueCatalog catalog, TimeProvider time)
{
    private const string Reason =
        "Lost: no queue holds its message. Its sender was cut off before the message was stored, or the queue was purged; send it again.";

    private const int PageSize = 100;
    private const int MaxPages = 10;

    // Clocks differ, and a message on its way is in no queue.
    private static readonly TimeSpan _grace = TimeSpan.FromMinutes(10);

    /// <summary>Fails them: a look into each lane, and a listing of the tasks that wait for longer than ten minutes.</summary>
    /// <returns>How many there were.</returns>
    public async Task<int> SweepAsync(CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var oldest = new Dictionary<string, DateTimeOffset?>(StringComparer.OrdinalIgnoreCase);
        foreach (var lane in catalog.Lanes) oldest[lane] = await OldestAsync(lane, now, cancellationToken);

        var lost = 0;
        await foreach (var waiting in store.ListWaitingAsync(now - _grace, cancellationToken))
        {
            if (waiting.Due + _grace < OldestOf(waiting.Queue) && await store.TryLoseAsync(waiting, Reason, cancellationToken)) lost++;
        }

        return lost;

        // Of a queue that is not there any more nothing can come; of one with priorities the lane is not known.
        DateTimeOffset OldestOf(string queue) => catalog.TryFindLane(queue, out var entry) || catalog.TryFind(queue, out entry)
            ? entry.Lanes.Min(lane => oldest[lane] ?? DateTimeOffset.MinValue) : now;
    }

    // All that was sent before the oldest message of a lane was taken from it. Null where that cannot be told: scheduled messages keep
    // their place from when they were sent.
    private async Task<DateTimeOffset?> OldestAsync(string lane, DateTimeOffset now, CancellationToken cancellationToken)
    {
        long from = 0;
        for (var page = 0; page < MaxPages; page++)
        {
            var messages = await admin.PeekAsync(lane, deadLetters: false, from, PageSize, cancellationToken);
            if (messages.Count == 0) return now;
            var waiting = messages.Where(m => m.State != ServiceBusMessageState.Scheduled).ToList();
            if (waiting.Count > 0) return waiting.Min(m => m.EnqueuedTime);
            from = messages[^1].SequenceNumber + 1;
        }

        return null;
    }
}
