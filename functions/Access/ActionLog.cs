using Azure;
using Azure.Data.Tables;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Serverless.Storage;

namespace Serverless.Access;

/// <summary>
/// The log of actions: names, functions and times, the newest first. It holds names and ids, never what was sent. What is done waits for no
/// write: while one round is on its way the next gathers. A list has what this instance noted before; a crash may lose what is on its way.
/// </summary>
internal sealed partial class ActionLog(
    [FromKeyedServices(ActionLog.TableName)] LazyTable lazyTable, TimeProvider time, ILogger<ActionLog> logger) : IHostedService
{
    /// <summary>The table's name.</summary>
    public const string TableName = "Actions";

    private const int Batch = 100;

    // Some 10 MB, of a table that does not answer.
    private const int MaxWaiting = 20_000;

    private static readonly TimeIndex Index = new("actions");

    /// <summary>The form of its keys.</summary>
    public static readonly TableForm Form = new(
        TableName, 2, [new("action", row => [MovedPartition.Under(Index.PartitionOf(row.RowKey), row)])]);

    private readonly Lock _lock = new();
    private readonly Queue<ActionEntry> _waiting = new();
    private Task _writing = Task.CompletedTask;
    private bool _isWriting;

    /// <summary>Notes an action, which is stored soon.</summary>
    public void Add(string by, string action, string? target, int status)
    {
        var entry = new ActionEntry(time.GetUtcNow(), by, action, target, status);
        lock (_lock)
        {
            if (_waiting.Count >= MaxWaiting)
            {
                NotNoted(logger, by, action, target, null);
                return;
            }

            _waiting.Enqueue(entry);
            if (_isWriting) return;
            _isWriting = true;
            _writing = Task.Run(WriteAsync);
        }
    }

    /// <summary>A page of actions.</summary>
    public async Task<ActionPage> ListAsync(int size, string? after, CancellationToken cancellationToken)
    {
        await WaitForWritesAsync(cancellationToken);
        var table = await lazyTable.GetAsync(cancellationToken);
        var rows = await Index.ReadAsync(table, new TimeSlice { From = after }, size, cancellationToken: cancellationToken).Take(size)
            .ToListAsync(cancellationToken);
        return new ActionPage([.. rows.Select(ToEntry)], rows.Count == size ? rows[^1].RowKey : null);
    }

    /// <summary>Forgets actions from before a time.</summary>
    /// <returns>How many.</returns>
    public async Task<int> DeleteOlderThanAsync(DateTimeOffset before, CancellationToken cancellationToken)
    {
        await WaitForWritesAsync(cancellationToken);
        var table = await lazyTable.GetAsync(cancellationToken);
        var deleted = 0;
        string[] keys = [nameof(ITableEntity.PartitionKey), nameof(ITableEntity.RowKey)];
        await foreach (var page in Index.ReadOlderAsync(table, before, null, keys, Batch, cancellationToken))
        {
            foreach (var rows in page.Values.GroupBy(row => row.PartitionKey))
            {
                await table.SubmitTransactionAsync(
                    rows.Select(row => new TableTransactionAction(TableTransactionActionType.Delete, row, ETag.All)), cancellationToken);
            }

            deleted += page.Values.Count;
        }

        return deleted;
    }

    /// <inheritdoc/>
    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public Task StopAsync(CancellationToken cancellationToken) => WaitForWritesAsync(cancellationToken);

    private Task WaitForWritesAsync(CancellationToken cancellationToken)
    {
        lock (_lock) return _writing.WaitAsync(cancellationToken);
    }

    private async Task WriteAsync()
    {
        while (TakeRound() is { Count: > 0 } round)
        {
            try
            {
                var table = await lazyTable.GetAsync();

                // What is written together shares a shard, and is one transaction; over time all shards get their part.
                var together = Guid.CreateVersion7(time.GetUtcNow()).ToString("N");
                foreach (var hour in round.Select((entry, i) => ToRow(entry, together, i)).GroupBy(row => row.PartitionKey))
                {
                    await table.SubmitTransactionAsync(
                        hour.Select(row => new TableTransactionAction(TableTransactionActionType.UpsertReplace, row)));
                }
            }
            catch (Exception e) when (e is RequestFailedException or AggregateException)
            {
                // They are done by now, and nobody can be told but the log.
                foreach (var entry in round) NotNoted(logger, entry.By, entry.Action, entry.Target, e);
            }
        }
    }

    private List<ActionEntry> TakeRound()
    {
        lock (_lock)
        {
            var round = new List<ActionEntry>();
            while (round.Count < Batch && _waiting.TryDequeue(out var next)) round.Add(next);
            _isWriting = round.Count > 0;
            return round;
        }
    }

    private static TableEntity ToRow(ActionEntry entry, string together, int number)
    {
        var key = TimeIndex.BuildRowKey(entry.At, $"{together}-{number:D3}");
        var row = new TableEntity(Index.PartitionOf(key, together), key)
        {
            [nameof(ActionEntry.At)] = entry.At,
            [nameof(ActionEntry.By)] = entry.By,
            [nameof(ActionEntry.Action)] = entry.Action,
            [nameof(ActionEntry.Status)] = entry.Status,
        };
        if (entry.Target is not null) row[nameof(ActionEntry.Target)] = entry.Target;
        return row;
    }

    private static ActionEntry ToEntry(TableEntity row) => new(
        row.GetDateTimeOffset(nameof(ActionEntry.At)) ?? default, row.GetString(nameof(ActionEntry.By)),
        row.GetString(nameof(ActionEntry.Action)), row.GetString(nameof(ActionEntry.Target)),
        row.GetInt32(nameof(ActionEntry.Status)) ?? 0);

    [LoggerMessage(1, LogLevel.Error, "{Caller} did {Function} on {Target}, which could not be noted in the table of actions")]
    private static partial void NotNoted(ILogger logger, string caller, string function, string? target, Exception? exception);
}
