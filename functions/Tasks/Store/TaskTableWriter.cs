using Azure;
using Azure.Data.Tables;
using Microsoft.Extensions.DependencyInjection;
using Serverless.Storage;

namespace Serverless.Tasks.Store;

/// <summary>
/// Merges changes of rows into the table, many in one transaction: while one round is on its way the next gathers, and changes of one row
/// that wait together become one. Whoever needs a change stored awaits it.
/// </summary>
internal sealed class TaskTableWriter : IDisposable
{
    /// <summary>The most entities a transaction takes.</summary>
    private const int TransactionSize = 100;

    // A transaction has 4 MiB, in which bytes are written as base64.
    private const int TransactionBytes = 2_800_000;

    /// <summary>The most changes of one round.</summary>
    private const int RoundSize = TransactionSize * TaskKey.Partitions;

    // Most runs are over by then, and their end takes the start along: one write less for each of them.
    private static readonly TimeSpan HeldFor = TimeSpan.FromSeconds(1);

    private readonly LazyTable _table;
    private readonly TimeProvider _time;
    private readonly ITimer _timer;
    private readonly Lock _lock = new();
    private readonly Queue<PendingRow> _waiting = new();
    private readonly Queue<(PendingRow Row, DateTimeOffset Until)> _held = new();
    private readonly Dictionary<string, PendingRow> _open = new(StringComparer.Ordinal);
    private readonly KnownMarks _marks;
    private bool _writing;

    /// <summary>Writes to a table.</summary>
    public TaskTableWriter([FromKeyedServices(TaskRows.TableName)] LazyTable table, TimeProvider time)
    {
        (_table, _time, _marks) = (table, time, new KnownMarks(time));
        _timer = time.CreateTimer(_ => Release(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Merges the entity's properties into its row; returns once they are stored, or were overtaken by a newer state.</summary>
    /// <param name="change">The properties.</param>
    /// <param name="version">What the writing run knows of the row; null for notes that no state depends on.</param>
    /// <exception cref="RequestFailedException">The table did not take them.</exception>
    internal Task MergeAsync(TableEntity change, RowVersion? version = null)
    {
        lock (_lock)
        {
            var row = Open(change, version);
            Enqueue(row);
            return row.Stored;
        }
    }

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

    private void Enqueue(PendingRow row)
    {
        if (!row.IsQueued)
        {
            row.IsQueued = true;
            _waiting.Enqueue(row);
        }

        if (_writing) return;
        _writing = true;
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
                if (!next.Row.Stored.IsCompleted) Enqueue(next.Row);
            }
        }
    }

    private async Task WriteAsync()
    {
        while (TakeRound() is { Count: > 0 } round)
        {
            await Task.WhenAll(round.GroupBy(r => r.Change.PartitionKey).SelectMany(SplitTransactions).Select(StoreAsync));
        }
    }

    private static IEnumerable<PendingRow[]> SplitTransactions(IEnumerable<PendingRow> rows)
    {
        var (transaction, bytes) = (new List<PendingRow>(TransactionSize), 0);
        foreach (var row in rows)
        {
            var size = row.CountBytes();
            if (transaction.Count == TransactionSize || (transaction.Count > 0 && bytes + size > TransactionBytes))
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
            var round = new List<PendingRow>();
            var keys = new HashSet<string>(StringComparer.Ordinal);

            // A transaction takes a row once: another change of it, by another run, waits for the next round.
            while (round.Count < RoundSize && _waiting.TryPeek(out var next) && keys.Add(next.Change.RowKey)) round.Add(_waiting.Dequeue());
            foreach (var row in round)
            {
                if (_open.GetValueOrDefault(row.Change.RowKey) == row) _open.Remove(row.Change.RowKey);
            }

            _writing = round.Count > 0;
            return round;
        }
    }

    private async Task StoreAsync(PendingRow[] rows)
    {
        var left = rows.ToList();
        try
        {
            var client = await _table.GetAsync();
            foreach (var row in rows.Where(r => r.Version?.IsDoubtful(_time.GetUtcNow()) == true))
            {
                if (!await RenewAsync(client, row)) left.Remove(row);
            }

            while (left.Count > 0) left = await SubmitAsync(client, left);
        }
#pragma warning disable CA1031 // Whoever awaits the rows is told.
        catch (Exception e)
#pragma warning restore CA1031
        {
            foreach (var row in rows) row.Fail(e);
        }
    }

    /// <returns>What has to be submitted again.</returns>
    private async Task<List<PendingRow>> SubmitAsync(TableClient client, List<PendingRow> rows)
    {
        var partition = rows[0].Change.PartitionKey;
        var marks = _marks.FindMissing(partition, rows.SelectMany(r => TaskMarks.Of(r.Change)));
        if (rows.Count > 1 && rows.Count + marks.Count > TransactionSize)
        {
            var half = rows.Count / 2;
            return [.. await SubmitAsync(client, rows[..half]), .. await SubmitAsync(client, rows[half..])];
        }

        try
        {
            var answer = await client.SubmitTransactionAsync(
                [.. rows.Select(r => r.ToAction()), .. TaskMarks.ToActions(partition, marks)]);
            for (var i = 0; i < rows.Count; i++) rows[i].Succeed(answer.Value[i].Headers.ETag);
            _marks.Add(partition, marks);
            return [];
        }
        catch (TableTransactionFailedException e)
        {
            var suspects = (e.FailedTransactionActionIndex is { } index && index < rows.Count ? [rows[index]] : rows).Where(
                r => r.IsConditional).ToList();
            if (e.Status is not (404 or 409 or 412) || suspects.Count == 0)
            {
                // One row is at fault: alone, each shows which, and its neighbours are stored.
                if (rows.Count == 1) throw;
                foreach (var row in rows) await SubmitAloneAsync(client, row);
                return [];
            }

            foreach (var row in suspects)
            {
                if (!await RenewAsync(client, row)) rows.Remove(row);
            }

            return rows;
        }
    }

    private async Task SubmitAloneAsync(TableClient client, PendingRow row)
    {
        try
        {
            for (List<PendingRow> left = [row]; left.Count > 0;) left = await SubmitAsync(client, left);
        }
        catch (RequestFailedException e)
        {
            row.Fail(e);
        }
    }

    /// <summary>Looks at the row as it is now.</summary>
    /// <returns>False when a newer state overtook the change, which is done then.</returns>
    private static async Task<bool> RenewAsync(TableClient client, PendingRow row)
    {
        var found = await client.GetEntityIfExistsAsync<TableEntity>(row.Change.PartitionKey, row.Change.RowKey);
        if (found is { HasValue: true, Value: { } current } && !TaskRows.MayFollow(current, row.Change))
        {
            row.Succeed(null);
            return false;
        }

        if (row.Version is { } version) version.Tag = found.HasValue ? found.Value!.ETag : null;
        return true;
    }
}
