using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Serverless.Monitoring.Recording;

namespace Serverless.Monitoring.Changes;

/// <summary>
/// Notes what changes, and stores it each second: one row an instance and second in which something changed. A crash loses the last second;
/// what runs on elsewhere changes again.
/// </summary>
internal sealed class ChangeLog(AppInstance instance, ChangeStore store, TimeProvider time, ILogger<ChangeLog> logger) : BackgroundService
{
    /// <summary>The interval at which changes are stored.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    private readonly ChangeBuffer _buffer = new();
    private readonly SemaphoreSlim _storing = new(1);
    private IReadOnlyList<Change> _unstored = [];
    private long _number;

    /// <summary>Notes a change that readers can see by now.</summary>
    /// <param name="kind">One of <see cref="ChangeKinds"/>.</param>
    /// <param name="id">Which.</param>
    /// <param name="state">Where it stands.</param>
    public void Note(string kind, string id, string? state = null) => _buffer.Add(kind, id, state, time.GetUtcNow());

    /// <summary>Stores what was noted.</summary>
    /// <exception cref="Azure.RequestFailedException">The table did not take it; the next time tries again.</exception>
    public async Task StoreAsync(CancellationToken cancellationToken)
    {
        await _storing.WaitAsync(cancellationToken);
        try
        {
            if (_unstored.Count == 0)
            {
                _unstored = _buffer.Take();
                if (_unstored.Count == 0) return;
                _number++;
            }

            await store.WriteAsync(new ChangePosition(instance.Id, _number), time.GetUtcNow(), _unstored, cancellationToken);
            _unstored = [];
        }
        finally
        {
            _storing.Release();
        }
    }

    /// <inheritdoc/>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        await TryStoreAsync(cancellationToken);
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        _storing.Dispose();
        base.Dispose();
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken)) await TryStoreAsync(stoppingToken);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The host stops, and stores the rest.
        }
    }

    private async Task TryStoreAsync(CancellationToken cancellationToken)
    {
        try
        {
            await StoreAsync(cancellationToken);
        }
#pragma warning disable CA1031 // Whatever the table's trouble is, it must not end the loop, and with it the host.
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
#pragma warning restore CA1031
        {
            Logs.ChangesNotStored(logger, e);
        }
        catch (OperationCanceledException)
        {
            // The host stops faster than the table answers.
        }
    }
}
