using Azure;
using Azure.Data.Tables;
using Microsoft.Extensions.DependencyInjection;
using Serverless.Storage;

namespace Serverless.Tasks.Store;

/// <summary>
/// Merges changes of rows into the table, many in one transaction: while one round is on its way the next gathers, and changes of one row
/// that wait together become one. A round takes what becomes of tasks first, and then few notes of those that are sent: whoever sends
/// thousands keeps no other task from its end, nor the other way. Whoever needs a change stored awaits it.
/// </summary>
internal sealed class TaskTableWriter : IDisposable
{
    // A transaction has 4 MiB, in which bytes are written as base64.
    private const int TransactionBytes = 2_800_000;

    // The most changes of a round, and the most notes of one that has nothing else.
    private const int MaxRound = RowTransactions.MaxSize * TaskKey.Partitions;

    // The most notes of a round that has others' changes to take as well.
    private const int MaxSentBesides = 2 * RowTransactions.MaxSize;

    // Most runs are over by then, and their end takes the start along: one write less for each of them.
    private static readonly TimeSpan HeldFor = TimeSpan.FromSeconds(1);

    private readonly TimeProvider _time;
    private readonly ITimer _timer;
    private readonly Lock _lock = new();
    private readonly Queue<PendingRow> _changed = new();
    private readonly Queue<PendingRow> _sent = new();
    private readonly Queue<(PendingRow Row, DateTimeOffset Until)> _held = new();
    private readonly Dictionary<string, PendingRow> _open = new(StringComparer.Ordinal);
    private readonly RowTransactions _transactions;
    private bool _isWriting;

    /// <summary>Writes to a table.</summary>
    public TaskTableWriter([FromKeyedServices(TaskRows.TableName)] LazyTable table, TimeProvider time)
    {
        (_time, _transactions) = (time, new RowTransactions(table, time));
        _timer = time.CreateTimer(_ => Release(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Merges the entity's properties into its row; returns once they are stored, or were overtaken by a newer state.</summary>
    /// <param name="change">The properties.</param>
    /// <param name="version">What the writing run knows of the row; null for notes that no state depends on.</param>
    /// <exception cref="RequestFailedException">The table did not take them.</exception>
    internal Task MergeAsync(TableEntity change, RowVersion? version = null) => MergeAsync(change, version, isSent: false);

    /// <summary>As <see cref="MergeAsync(TableEntity, RowVersion?)"/>, for what a sender notes.</summary>
    internal Task MergeSentAsync(TableEntity change) => MergeAsync(change, null, isSent: true);

    /// <summary>Merges the entity's properties with the run's next change of the row, or in a second.</summary>
    /// <returns>True once they are stored as they are, false once a later change took them along, or they were dropped.</returns>
    internal async Task<bool> MergeSoonAsync(TableEntity change, RowVersion version)
    {
        PendingRow row;
        int joined;
        lock (_lock)
        {
            row = Open(change, version);
            joined = row.Joined;
            if (!row.IsQueued) Hold(row);
        }

        await row.Stored;
        return row.IsQueued && row.Joined == joined;
    }

    /// <summary>Drops what a run left to be merged soon: it ended without a change of its own, and another may have begun.</summary>
    internal void Drop(string rowKey, RowVersion version)
    {
        lock (_lock)
        {
            if (!_open.TryGetValue(rowKey, out var row) || row.IsQueued || row.Version != version) return;
            _open.Remove(rowKey);
            row.Succeed(null);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _timer.Dispose();

    private Task MergeAsync(TableEntity change, RowVersion? version, bool isSent)
    {
        lock (_lock)
        {
            var row = Open(change, version);
            Enqueue(row, isSent);
            return row.Stored;
        }
    }

    private PendingRow Open(TableEntity change, RowVersion? version)
    {
        if (_open.TryGetValue(change.RowKey, out var row))
        {
            if (row.TryJoin(change, version)) return row;

            // Another run has the task now.
            if (!row.IsQueued) row.Succeed(null);
        }

        return _open[change.RowKey] = new PendingRow(change, version);
    }

    private void Enqueue(PendingRow row, bool isSent)
    {
        if (!row.TryQueue(isSent)) return;
        (isSent ? _sent : _changed).Enqueue(row);
        if (_isWriting) return;
        _isWriting = true;
        _ = Task.Run(WriteAsync);
    }

    private void Hold(PendingRow row)
    {
        _held.Enqueue((row, _time.GetUtcNow() + HeldFor));
        if (_held.Count == 1) _timer.Change(HeldFor, Timeout.InfiniteTimeSpan);
    }

    private void Release()
    {
        lock (_lock)
        {
            var now = _time.GetUtcNow();
            while (_held.TryPeek(out var next))
            {
                if (next.Until > now)
                {
                    _timer.Change(next.Until - now, Timeout.InfiniteTimeSpan);
                    return;
                }

                _held.Dequeue();
                if (!next.Row.Stored.IsCompleted) Enqueue(next.Row, isSent: false);
            }
        }
    }

    private async Task WriteAsync()
    {
        while (TakeRound() is { Count: > 0 } round)
        {
            await Task.WhenAll(round.GroupBy(r => r.Change.PartitionKey).SelectMany(SplitTransactions).Select(_transactions.StoreAsync));
        }
    }

    private static IEnumerable<PendingRow[]> SplitTransactions(IEnumerable<PendingRow> rows)
    {
        var (transaction, bytes) = (new List<PendingRow>(RowTransactions.MaxSize), 0);
        foreach (var row in rows)
        {
            var size = row.CountBytes();
            if (transaction.Count == RowTransactions.MaxSize || (transaction.Count > 0 && bytes + size > TransactionBytes))
            {
                yield return [.. transaction];
                transaction.Clear();
                bytes = 0;
            }

            transaction.Add(row);
            bytes += size;
        }

        yield return [.. transaction];
    }

    private List<PendingRow> TakeRound()
    {
        lock (_lock)
        {
            var (round, keys) = (new List<PendingRow>(), new HashSet<string>(StringComparer.Ordinal));
            Take(_changed, MaxRound, round, keys);
            Take(_sent, round.Count > 0 ? MaxSentBesides : MaxRound, round, keys);
            _isWriting = round.Count > 0;
            return round;
        }
    }

    private void Take(Queue<PendingRow> waiting, int max, List<PendingRow> round, HashSet<string> keys)
    {
        for (var taken = 0; taken < max && waiting.TryPeek(out var row);)
        {
            // A transaction takes a row once: another change of it, by another run, waits for the next round.
            if (!row.IsTaken && !keys.Add(row.Change.RowKey)) return;
            waiting.Dequeue();

            // It went with the others meanwhile.
            if (row.IsTaken) continue;
            row.IsTaken = true;
            if (_open.GetValueOrDefault(row.Change.RowKey) == row) _open.Remove(row.Change.RowKey);
            round.Add(row);
            taken++;
        }
    }
}
