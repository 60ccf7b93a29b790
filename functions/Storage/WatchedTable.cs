using Azure;
using Azure.Data.Tables;
using Microsoft.Extensions.Hosting;

namespace Serverless.Storage;

/// <summary>
/// A table of few rows that every run has to know: each instance keeps all of it, and looks for news each two seconds, so that a run asks
/// for nothing.
/// </summary>
/// <typeparam name="T">The list that is kept of the rows.</typeparam>
internal abstract class WatchedTable<T>(LazyTable table, TimeProvider time) : BackgroundService
    where T : class
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(2);

    // One at a time, so that no list that was read before a change takes the place of one that was read after it.
    private readonly SemaphoreSlim _gate = new(1);
    private bool _isDisposed;
    private T? _known;

    /// <summary>The table.</summary>
    protected LazyTable Table => table;

    /// <inheritdoc/>
    public override void Dispose()
    {
        // It is registered under two types, and disposed of for each.
        if (_isDisposed) return;
        _isDisposed = true;

        // Cancels what runs: whoever has the gate by then lets go of it first.
        base.Dispose();
        _gate.Wait();
        _gate.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>Makes of all rows the list that is kept.</summary>
    protected abstract T Keep(IReadOnlyList<TableEntity> rows);

    /// <summary>The list as it is known, and looked up before the first look: a host that starts must not miss what it says.</summary>
    protected ValueTask<T> GetAsync(CancellationToken cancellationToken) =>
        Volatile.Read(ref _known) is { } known ? new ValueTask<T>(known) : new ValueTask<T>(RefreshAsync(cancellationToken));

    /// <summary>Looks for news.</summary>
    protected async Task<T> RefreshAsync(CancellationToken cancellationToken)
    {
        await _gate.WaitAsync(cancellationToken);
        try
        {
            var client = await table.GetAsync(cancellationToken);
            var rows = new List<TableEntity>();
            await foreach (var row in client.QueryAsync<TableEntity>(cancellationToken: cancellationToken)) rows.Add(row);
            var known = Keep(rows);
            Volatile.Write(ref _known, known);
            return known;
        }
        finally
        {
            _gate.Release();
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
                // What is known stays so until the table answers again.
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }
}
