using Azure;
using Azure.Messaging.ServiceBus;
using Microsoft.Extensions.Logging;
using Serverless.Http;
using Serverless.Messaging;
using Serverless.Monitoring;
using Serverless.Tasks.Batches;

namespace Serverless.Tasks.Sending;

/// <summary>
/// Sends many tasks together: their notes share transactions of the table, and their messages share transfers to the broker, a lane at a
/// time. Whatever is wrong with one is said of that one.
/// </summary>
internal sealed class TaskBatch(
    TaskPreparation preparation, BatchMembers members, IQueueSender sender, QueueChanges changes, ILogger<TaskBatch> logger)
{
    // What is noted by a request of its own, rather than together with others, takes the storage that the ends of tasks need as well.
    private const int AloneAtOnce = 32;

    /// <inheritdoc cref="ITaskClient.SendBatchAsync"/>
    public async Task<IReadOnlyList<SendOutcome>> SendAsync(IReadOnlyList<TaskRequest> tasks, CancellationToken cancellationToken)
    {
        var entries = PrepareAll(tasks);
        await FollowBatchesAsync(
            entries.Where(e => e.IsOpen), batch => members.RequireOpenAsync(batch.Id, batch.Parent, cancellationToken));
        var late = entries.Where(e => e.Fault is BatchClosedException);
        await Task.WhenAll(late.Select(e => ClearKnownAsync(e, cancellationToken)));
        await RunEachAsync(
            entries.Where(e => e.IsOpen), e => e.Task!.Request is not null, e => NoteAsync(e, cancellationToken), cancellationToken);
        await FollowBatchesAsync(
            entries.Where(e => e is { Fault: null, Noted.Outgoing: not null }),
            batch => members.AddAsync(batch.Id, batch.Members, batch.Parent, cancellationToken));
        var noted = entries.Where(e => e is { Fault: null, Noted.Outgoing: not null });
        foreach (var lane in noted.GroupBy(e => e.Noted!.Task.Lane, StringComparer.Ordinal))
            await SendLaneAsync(lane.Key, [.. lane], cancellationToken);
        var sent = entries.Where(e => e is { Noted.Outgoing: not null, Fault: null });
        await RunEachAsync(
            sent, e => e.Noted is { Claim: not null } or { Task.Message.Claim: not null }, e => ConfirmAsync(e, cancellationToken),
            cancellationToken);
        return [.. entries.Select(e => e.Outcome)];
    }

    private List<Entry> PrepareAll(IReadOnlyList<TaskRequest> tasks)
    {
        var entries = new List<Entry>(tasks.Count);
        var byId = new Dictionary<string, Entry>(StringComparer.Ordinal);
        foreach (var task in tasks)
        {
            var entry = new Entry();
            entries.Add(entry);
            Try(entry, () =>
            {
                entry.Task = preparation.Prepare(task.Name, task.Args, task.Options ?? new SendOptions());
                if (entry.Task is not { Request: { } request, Unique: null } || byId.TryAdd(entry.Task.Message.Id, entry)) return;

                // The same request twice is one task; the first decides what becomes of it.
                var first = byId[entry.Task.Message.Id];
                var differing = request.ListDifferencesTo(first.Task!.Request!.ToString());
                if (differing.Count > 0) throw new IdTakenException("task", entry.Task.Message.Id, differing);
                entry.First = first;
            });
        }

        return entries;
    }

    private static async Task RunEachAsync(
        IEnumerable<Entry> entries, Func<Entry, bool> isAlone, Func<Entry, Task> run, CancellationToken cancellationToken)
    {
        var alone = entries.ToLookup(isAlone);
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = AloneAtOnce, CancellationToken = cancellationToken };
        await Task.WhenAll(
            [.. alone[false].Select(run), Parallel.ForEachAsync(alone[true], parallel, async (entry, _) => await run(entry))]);
    }

    private async Task NoteAsync(Entry entry, CancellationToken cancellationToken)
    {
        try
        {
            using var span = Telemetry.StartSend(entry.Task!.Lane, entry.Task.Message.Task, entry.Task.Message.Id);
            entry.Noted = await preparation.NoteAsync(entry.Task, cancellationToken);
        }
        catch (Exception e) when (IsOfTheTask(e))
        {
            entry.Fault = e;
        }
    }

    // Those that batches are filled with; a batch that takes no more refuses its own.
    private static async Task FollowBatchesAsync(
        IEnumerable<Entry> entries, Func<(string Id, string? Parent, List<string> Members), Task> follow)
    {
        var batches = entries.Where(e => e.Task!.Message.Batch is not null)
            .GroupBy(e => (e.Task!.Message.Batch, e.Task.Message.ParentId)).ToList();
        foreach (var batch in batches)
        {
            try
            {
                await follow((batch.Key.Batch!, batch.Key.ParentId, [.. batch.Select(e => e.Noted?.Id ?? e.Task!.Message.Id)]));
            }
            catch (Exception e) when (IsOfTheTask(e))
            {
                foreach (var entry in batch) entry.Fault = e;
            }
        }
    }

    private async Task ClearKnownAsync(Entry entry, CancellationToken cancellationToken)
    {
        if (await preparation.IsKnownAsync(entry.Task!, cancellationToken)) entry.Fault = null;
    }

    private async Task SendLaneAsync(string lane, IReadOnlyList<Entry> entries, CancellationToken cancellationToken)
    {
        try
        {
            await sender.SendAsync(lane, [.. entries.Select(e => e.Noted!.Outgoing!)], cancellationToken);
        }
#pragma warning disable CA1031 // When the broker goes away, the client throws whatever broke inside of it; other lanes were sent to.
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
#pragma warning restore CA1031
        {
            // Some may have been stored: none of them is sure.
            Logs.NotSent(logger, e, entries.Count, lane);
            foreach (var entry in entries) entry.Fault = e;
        }

        changes.NoteChange(lane);
    }

    private async Task ConfirmAsync(Entry entry, CancellationToken cancellationToken)
    {
        try
        {
            await preparation.ConfirmAsync(entry.Noted!, cancellationToken);
        }
        catch (Exception e) when (e is RequestFailedException or AggregateException)
        {
            // The message is stored, and its run says more than a confirmation: without one, the same request is only looked up once more.
        }
    }

    private static void Try(Entry entry, Action prepare)
    {
        try
        {
            prepare();
        }
        catch (Exception e) when (IsOfTheTask(e))
        {
            entry.Fault = e;
        }
    }

    // The storage client throws several at once where it tried several times.
    private static bool IsOfTheTask(Exception e) => e is IRefusal or RequestFailedException or AggregateException or ServiceBusException;

    private sealed class Entry
    {
        public PreparedTask? Task { get; set; }

        public NotedTask? Noted { get; set; }

        public Exception? Fault { get; set; }

        /// <summary>The same request, earlier in the batch.</summary>
        public Entry? First { get; set; }

        public bool IsOpen => Fault is null && First is null;

        public SendOutcome Outcome => First?.Outcome ?? new SendOutcome(Fault is null ? Noted!.Id : null, Fault);
    }
}
