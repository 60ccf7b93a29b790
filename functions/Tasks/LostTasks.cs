using Azure.Messaging.ServiceBus;
using Microsoft.DurableTask.Client;
using Serverless.Messaging;
using Serverless.Tasks.Batches;
using Serverless.Tasks.Running;
using Serverless.Tasks.Sending;
using Serverless.Tasks.Store;

namespace Serverless.Tasks;

/// <summary>
/// Fails tasks that have not ended though no queue holds their message: a sender that died before it was stored, a queue that was purged, a
/// data folder whose broker was lost, a message that was delivered too often and lies among the dead letters. Arguments travel in the
/// message alone, so that nobody but the sender can send them again.
/// </summary>
internal sealed class LostTasks(
    WaitingTasks waiting, TaskOutcomeHandler outcomes, BatchFollowUp batches, IQueueAdmin admin, QueueCatalog catalog, TimeProvider time)
{
    private const string Reason =
        "Lost: no queue holds its message. Its sender was cut off before the message was stored, or the queue was purged; send it again.";

    private const string Ended = "Its run was ended from outside; send it again.";

    private const int PageSize = 100;
    private const int MaxPages = 10;
    private const int MaxSearchedPages = 200;

    // What is left over is found by the next look.
    private const int MaxAtOnce = 1_000;

    // Clocks differ, and a message on its way is in no queue.
    private static readonly TimeSpan Grace = TimeSpan.FromMinutes(10);

    /// <summary>Fails them: a look into each lane, and a listing of the tasks that were due more than ten minutes ago.</summary>
    /// <returns>How many there were.</returns>
    public async Task<int> SweepAsync(DurableTaskClient durable, CancellationToken cancellationToken)
    {
        var found = await FindMissingAsync(cancellationToken);
        foreach (var task in found.Where(task => task.IsUncounted)) await CountAsync(task, cancellationToken);
        var missing = found.Where(task => !task.IsUncounted);
        var failed = 0;
        foreach (var queue in missing.GroupBy(task => task.Queue, StringComparer.OrdinalIgnoreCase))
        {
            var tasks = queue.ToDictionary(task => task.Id, StringComparer.Ordinal);
            var (buried, isWhole) = await BuryAsync(LanesOf(queue.Key), tasks, durable, cancellationToken);
            failed += buried;
            if (!isWhole) continue;
            foreach (var task in tasks.Values)
            {
                if (await LoseAsync(task, durable, cancellationToken)) failed++;
            }
        }

        return failed;
    }

    private async Task<List<WaitingTask>> FindMissingAsync(CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var oldest = new Dictionary<string, DateTimeOffset?>(StringComparer.OrdinalIgnoreCase);
        foreach (var lane in catalog.Lanes) oldest[lane] = await FindOldestAsync(lane, now, cancellationToken);
        return await waiting.ListUnendedAsync(now - Grace, cancellationToken)
            .Where(task => task.IsUncounted || task.Due + Grace < OldestOf(task.Queue)).Take(MaxAtOnce).ToListAsync(cancellationToken);

        // Of a queue that is not there any more nothing can come; of one with priorities the lane is not known.
        DateTimeOffset OldestOf(string queue) =>
            LanesOf(queue) is { Count: > 0 } lanes ? lanes.Min(lane => oldest[lane] ?? DateTimeOffset.MinValue) : now;
    }

    private IReadOnlyList<string> LanesOf(string queue) =>
        catalog.TryFindLane(queue, out var entry) || catalog.TryFind(queue, out entry) ? entry.Lanes : [];

    // All that was sent before the oldest message of a lane was taken from it. Null where that cannot be told: scheduled messages keep
    // their place from when they were sent.
    private async Task<DateTimeOffset?> FindOldestAsync(string lane, DateTimeOffset now, CancellationToken cancellationToken)
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

    /// <summary>Fails those whose messages lie among the dead letters, and takes them from the tasks.</summary>
    /// <returns>How many; and whether all dead letters were looked at.</returns>
    private async Task<(int Count, bool IsWhole)> BuryAsync(
        IReadOnlyList<string> lanes, Dictionary<string, WaitingTask> tasks, DurableTaskClient durable, CancellationToken cancellationToken)
    {
        var count = 0;
        foreach (var lane in lanes)
        {
            long from = 0;
            for (var page = 0; tasks.Count > 0; page++)
            {
                if (page == MaxSearchedPages) return (count, IsWhole: false);
                var letters = await admin.PeekAsync(lane, deadLetters: true, from, PageSize, cancellationToken);
                if (letters.Count == 0) break;
                foreach (var letter in letters)
                {
                    if (!TaskEnvelope.TryRead(letter.Body, out var message, out _)) continue;
                    if (!tasks.TryGetValue(message.Id, out var task)) continue;

                    // Of an earlier run that was followed up before its message came once too often.
                    if ((message.Redrives, message.Attempt, message.Deferrals).CompareTo(task.Run) < 0) continue;
                    tasks.Remove(task.Id);
                    var run = new TaskRun(message, lane, isFirst: false, time.GetUtcNow());
                    run.Row.Tag = task.Version;
                    await outcomes.MarkBuriedAsync(run, ReasonOf(letter, lane), durable, cancellationToken);
                    count++;
                }

                from = letters[^1].SequenceNumber + 1;
            }
        }

        return (count, IsWhole: true);
    }

    private static string ReasonOf(ServiceBusReceivedMessage letter, string lane) => letter.DeadLetterReason == "MaxDeliveryCountExceeded"
        ? $"It was begun {letter.DeliveryCount} times and never ended: the host died each time, or lost it. " +
            $"It lies among the dead letters of {lane}."
        : $"The broker put it among the dead letters of {lane}: {letter.DeadLetterReason}.";

    // A task that outlives a lock has no message: its orchestration runs it.
    private async Task<bool> LoseAsync(WaitingTask task, DurableTaskClient durable, CancellationToken cancellationToken)
    {
        var instance = await durable.GetInstanceAsync(LongTask.BuildInstanceId(task.Id, task.Run), cancellationToken);
        if (instance is { IsCompleted: false }
            || await waiting.TryFailAsync(task, instance is null ? Reason : Ended, cancellationToken) is not { } failed) return false;
        if (failed.IsUncounted) await CountAsync(failed, cancellationToken);
        return true;
    }

    private async Task CountAsync(WaitingTask task, CancellationToken cancellationToken)
    {
        await batches.EndLostAsync(task.Batch!, task.Id, cancellationToken);
        await waiting.MarkCountedAsync(task, cancellationToken);
    }
}
