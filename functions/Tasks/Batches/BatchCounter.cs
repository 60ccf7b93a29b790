using System.Collections.Concurrent;
using Azure;
using Azure.Data.Tables;
using Microsoft.Extensions.DependencyInjection;
using Serverless.Storage;

namespace Serverless.Tasks.Batches;

/// <summary>
/// Counts members, each change of each of them once however often it is told. What changes in a shard while its last round is on its way
/// waits together for the next. Ends go first, and what is added alone goes few shards at once: whoever adds thousands keeps no other from
/// its end.
/// </summary>
internal sealed class BatchCounter([FromKeyedServices(BatchKeys.MembersTable)] LazyTable table) : IDisposable
{
    // A transaction takes a hundred rows; one is the counts.
    private const int MaxRound = 99;

    // Most rounds follow one by the same instance. Whatever is too many is only read again.
    private const int MaxKnown = 4_096;

    // Shards whose round only adds. Rounds are full whenever it matters, and storage has ends to take.
    private const int AddingAtOnce = 2;

    private readonly Lock _lock = new();
    private readonly SemaphoreSlim _adding = new(AddingAtOnce);
    private readonly Dictionary<string, WaitingChanges> _waiting = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, ShardState> _known = new(StringComparer.Ordinal);

    /// <summary>Counts a change; returns once it is stored.</summary>
    public Task<CountedRound> CountAsync(string batch, string member, MemberChange change)
    {
        var partition = BatchKeys.PartitionOf(batch, member);
        var counted = new CountedChange(partition, member, change);
        lock (_lock)
        {
            var isRunning = _waiting.TryGetValue(partition, out var waiting);
            waiting ??= _waiting[partition] = new WaitingChanges();
            waiting.Add(counted);
            if (isRunning) return counted.Done;
        }

        _ = RunAsync(partition);
        return counted.Done;
    }

    /// <inheritdoc/>
    public void Dispose() => _adding.Dispose();

    private async Task RunAsync(string partition)
    {
        while (TakeRound(partition, isAdding: false) is { } round)
        {
            if (round.Count > 0)
            {
                await TryCountAsync(partition, round);
            }
            else if (await TryEnterAsync(partition))
            {
                if (TakeRound(partition, isAdding: true) is { Count: > 0 } added) await TryCountAsync(partition, added);
                _adding.Release();
            }
        }
    }

    /// <summary>Waits until what was added may be counted.</summary>
    /// <returns>False when an end came before.</returns>
    private async Task<bool> TryEnterAsync(string partition)
    {
        using var over = new CancellationTokenSource();
        Task end;
        lock (_lock) end = _waiting[partition].WaitForEnd();
        var entered = _adding.WaitAsync(over.Token);
        await Task.WhenAny(entered, end);
        await over.CancelAsync();
        try
        {
            await entered;
            return true;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    private async Task TryCountAsync(string partition, List<CountedChange> round)
    {
        try
        {
            await CountAsync(partition, round);
        }
#pragma warning disable CA1031 // Whoever waits is told, whatever it was.
        catch (Exception e)
#pragma warning restore CA1031
        {
            _known.TryRemove(partition, out _);
            foreach (var change in round) change.Fail(e);
        }
    }

    /// <returns>None when what waits has to be let in first; null when nothing waits any more.</returns>
    private List<CountedChange>? TakeRound(string partition, bool isAdding)
    {
        lock (_lock)
        {
            var waiting = _waiting[partition].Changes;
            if (!waiting.IsEmpty)
            {
                // The same row twice waits for the next round, which finds it.
                var keys = new HashSet<string>(StringComparer.Ordinal);
                return isAdding || waiting.HasFirst ? waiting.Take(MaxRound, next => keys.Add(next.RowKey)) : [];
            }

            if (!isAdding) _waiting.Remove(partition);
            return null;
        }
    }

    private async Task CountAsync(string partition, List<CountedChange> round)
    {
        var client = await table.GetAsync();
        if (!_known.TryGetValue(partition, out var shard)) shard = await ReadAsync(client, partition);
        var left = round;
        while (left.Count > 0)
        {
            var counts = left.Aggregate(shard.Counts, (sum, change) => sum.With(change.Change));
            try
            {
                var answer = await client.SubmitTransactionAsync(
                    [ToAction(partition, shard.Tag, counts), .. left.Select(c => c.ToAction())]);
                foreach (var change in left) change.Succeed(new CountedRound(shard.Counts, counts, WasKnown: false));
                Keep(partition, new ShardState(counts, answer.Value[0].Headers.ETag));
                return;
            }
            catch (TableTransactionFailedException e) when (e.Status is 404 or 409 or 412)
            {
                // Another instance counted in the shard, or a change was told before.
                shard = await ReadAsync(client, partition);

                // Read first: what was counted before is in these counts.
                if (e.FailedTransactionActionIndex != 0) left = await DropKnownAsync(client, shard.Counts, left);
            }
        }

        Keep(partition, shard);
    }

    private static async Task<List<CountedChange>> DropKnownAsync(TableClient client, BatchCounts counts, List<CountedChange> changes)
    {
        var isKnown = await Task.WhenAll(changes.Select(change => change.IsKnownAsync(client)));
        var known = changes.Zip(isKnown).ToLookup(c => c.Second, c => c.First);
        foreach (var change in known[true]) change.Succeed(new CountedRound(counts, counts, WasKnown: true));
        return [.. known[false]];
    }

    private void Keep(string partition, ShardState shard)
    {
        if (_known.Count >= MaxKnown) _known.Clear();
        _known[partition] = shard;
    }

    private static async Task<ShardState> ReadAsync(TableClient client, string partition)
    {
        var row = await client.FindAsync<TableEntity>(partition, BatchKeys.CountsRow, CancellationToken.None);
        return new ShardState(row is null ? BatchCounts.None : BatchTotals.ToCounts(row), row?.ETag);
    }

    private static TableTransactionAction ToAction(string partition, ETag? tag, BatchCounts counts)
    {
        var row = new TableEntity(partition, BatchKeys.CountsRow)
        {
            [nameof(counts.Added)] = counts.Added,
            [nameof(counts.Succeeded)] = counts.Succeeded,
            [nameof(counts.Failed)] = counts.Failed,
            [nameof(counts.Revoked)] = counts.Revoked,
        };
        return tag is { } version
            ? new TableTransactionAction(TableTransactionActionType.UpdateReplace, row, version)
            : new TableTransactionAction(TableTransactionActionType.Add, row);
    }

    private sealed record ShardState(BatchCounts Counts, ETag? Tag);

    /// <summary>The changes of a shard that wait.</summary>
    private sealed class WaitingChanges
    {
        private TaskCompletionSource? _end;

        public TwoTierQueue<CountedChange> Changes { get; } = new();

        public void Add(CountedChange change)
        {
            var isEnd = change.Change != MemberChange.Added;
            Changes.Enqueue(change, isEnd);
            if (isEnd) _end?.TrySetResult();
        }

        /// <summary>Returns at once when there is an end.</summary>
        public Task WaitForEnd()
        {
            _end = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            if (Changes.HasFirst) _end.SetResult();
            return _end.Task;
        }
    }
}

/// <summary>The counts of a shard around the round that a change was counted in.</summary>
/// <param name="Before">Before it.</param>
/// <param name="After">After it.</param>
/// <param name="WasKnown">The change had been counted before.</param>
internal sealed record CountedRound(BatchCounts Before, BatchCounts After, bool WasKnown);
