using System.Collections.Concurrent;
using System.Globalization;
using Azure;
using Azure.Data.Tables;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Serverless.Storage;

namespace Serverless.Tasks.Store;

/// <summary>
/// The tasks that somebody wants revoked. Few are, so every instance keeps the whole list and looks for news each second: a run that starts
/// need not ask for its own task, and one that runs is told.
/// </summary>
internal sealed class TaskRevocations([FromKeyedServices(TaskRevocations.TableName)] LazyTable table, TimeProvider time) : BackgroundService
{
    /// <summary>The table's name.</summary>
    public const string TableName = "TaskRevocations";

    private const string Partition = "revoked";
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Stale = TimeSpan.FromSeconds(3);

    /// <summary>As far as the clocks of two instances may differ.</summary>
    private static readonly TimeSpan Overlap = TimeSpan.FromMinutes(2);

    /// <summary>Longer than any message waits.</summary>
    private static readonly TimeSpan Life = TimeSpan.FromDays(60);

    private readonly ConcurrentDictionary<string, string> _rowKeys = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, Action> _runs = new(StringComparer.Ordinal);
    private long _refreshed = DateTimeOffset.MinValue.UtcTicks;

    /// <summary>False when another instance's revocation may have gone unseen for long.</summary>
    public bool IsCurrent => time.GetUtcNow().UtcTicks - Interlocked.Read(ref _refreshed) < Stale.Ticks;

    /// <summary>Somebody wants the task revoked.</summary>
    public bool Contains(string id) => _rowKeys.ContainsKey(id);

    /// <summary>
    /// Adds a task; returns once it is stored. Its run here, if there is one, is told at once, one elsewhere within a second.
    /// </summary>
    public async Task AddAsync(string id, CancellationToken cancellationToken)
    {
        var rowKey = $"{Key(time.GetUtcNow())}-{id}";
        var client = await table.GetAsync(cancellationToken);
        await client.UpsertEntityAsync(new TableEntity(Partition, rowKey), TableUpdateMode.Merge, cancellationToken);
        Learn(rowKey);
    }

    /// <summary>Takes a task off that has ended.</summary>
    public async Task RemoveAsync(string id, CancellationToken cancellationToken)
    {
        if (!_rowKeys.TryRemove(id, out var rowKey)) return;
        var client = await table.GetAsync(cancellationToken);
        await client.DeleteEntityAsync(Partition, rowKey, ETag.All, cancellationToken);
    }

    /// <summary>Calls back when the task is revoked, at once when it is already; until the answer is disposed.</summary>
    public IDisposable Watch(string id, Action revoked)
    {
        _runs[id] = revoked;
        if (Contains(id)) revoked();
        return new Watched(() => _runs.TryRemove(KeyValuePair.Create(id, revoked)));
    }

    /// <summary>Looks for news.</summary>
    public async Task RefreshAsync(CancellationToken cancellationToken)
    {
        var began = time.GetUtcNow();
        var last = Interlocked.Read(ref _refreshed);
        var from = last <= Overlap.Ticks ? "" : Key(new DateTimeOffset(last, TimeSpan.Zero) - Overlap);
        var client = await table.GetAsync(cancellationToken);
        var filter = TableClient.CreateQueryFilter($"PartitionKey eq {Partition} and RowKey ge {from}");
        await foreach (var row in client.QueryAsync<TableEntity>(filter, select: ["RowKey"], cancellationToken: cancellationToken))
            Learn(row.RowKey);
        Interlocked.Exchange(ref _refreshed, began.UtcTicks);
    }

    /// <summary>Deletes what no message can need any more.</summary>
    public async Task PurgeAsync(CancellationToken cancellationToken)
    {
        var client = await table.GetAsync(cancellationToken);
        var filter = TableClient.CreateQueryFilter($"PartitionKey eq {Partition} and RowKey lt {Key(time.GetUtcNow() - Life)}");
        await foreach (var row in client.QueryAsync<TableEntity>(filter, cancellationToken: cancellationToken))
        {
            await client.DeleteEntityAsync(row.PartitionKey, row.RowKey, ETag.All, cancellationToken);
            _rowKeys.TryRemove(Id(row.RowKey), out _);
        }
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, time);
        do
        {
            try
            {
                await RefreshAsync(stoppingToken);
            }
            catch (Exception e) when (e is RequestFailedException or AggregateException)
            {
                // The list is not current now, so runs look at their own rows until the table answers again.
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    private void Learn(string rowKey)
    {
        var id = Id(rowKey);
        if (_rowKeys.TryAdd(id, rowKey) && _runs.TryGetValue(id, out var revoked)) revoked();
    }

    private static string Key(DateTimeOffset time) => time.UtcTicks.ToString("D19", CultureInfo.InvariantCulture);

    private static string Id(string rowKey) => rowKey[20..];

    private sealed class Watched(Action end) : IDisposable
    {
        public void Dispose() => end();
    }
}
