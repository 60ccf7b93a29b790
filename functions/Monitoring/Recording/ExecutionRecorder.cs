using Azure;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Polly.CircuitBreaker;
using Serverless.Monitoring.Store;
using Serverless.Resilience;

namespace Serverless.Monitoring.Recording;

/// <summary>
/// Notes runs in memory and stores them every few seconds, sooner when many wait, and when the host stops. A crash loses what was noted
/// since the last time, 5 s at most while storage answers; a run that it cut off comes again and is counted then.
/// </summary>
internal sealed class ExecutionRecorder(
    AppInstance instance,
    ExecutionStore executions,
    TotalsStore totals,
    InstanceStore instances,
    CircuitBreakers breakers,
    TimeProvider time,
    ILogger<ExecutionRecorder> logger) : BackgroundService, IExecutionRecorder, IAsyncDisposable
{
    /// <summary>The interval at which it stores what it noted, and says what runs.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);

    // A host that stops is not kept waiting for storage that does not answer.
    private static readonly TimeSpan StopLimit = TimeSpan.FromSeconds(5);

    private readonly RunningTasks _running = new(time);
    private readonly HourTotals _totals = new(instance.Id);
    private readonly ExecutionBuffer _buffer = new(instance.Id);
    private readonly SemaphoreSlim _storing = new(1);
    private readonly SemaphoreSlim _full = new(0);
    private int _isFull;
    private bool _isListed;
    private bool _isDisposed;

    /// <inheritdoc/>
    public IDisposable RecordStart(string taskId, string task, string lane, int attempt) => _running.Add(taskId, task, lane, attempt);

    /// <inheritdoc/>
    public void RecordEnd(TaskExecution execution, bool isKept = true)
    {
        Telemetry.RunEnded(execution);
        _totals.Add(execution, time.GetUtcNow());
        if (isKept && _buffer.Add(execution) && Interlocked.Exchange(ref _isFull, 1) == 0) _full.Release();
    }

    /// <summary>Stores what was noted so far, and says what runs.</summary>
    /// <exception cref="RequestFailedException">The tables did not take it; nothing is lost, the next time tries again.</exception>
    public async Task StoreAsync(CancellationToken cancellationToken)
    {
        await _storing.WaitAsync(cancellationToken);
        try
        {
            while (_buffer.Pack(time.GetUtcNow()) is { } pack)
            {
                await executions.WriteAsync(pack, cancellationToken);
                _buffer.Confirm();
            }

            if (_buffer.TakeDropped() is > 0 and var dropped) Logs.ExecutionsDropped(logger, dropped);
            var (rows, written) = _totals.TakeChanges(time.GetUtcNow());
            await totals.WriteAsync(rows, cancellationToken);
            written();
            await SayAsync(cancellationToken);
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
        await StoreLastAsync(cancellationToken);
    }

    /// <summary>Stores what ended after the stop.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_isDisposed) return;
        _isDisposed = true;
        await StoreLastAsync(CancellationToken.None);
        Dispose();
        _storing.Dispose();
        _full.Dispose();
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, time);
        var tick = timer.WaitForNextTickAsync(stoppingToken).AsTask();
        var full = _full.WaitAsync(stoppingToken);
        while (!stoppingToken.IsCancellationRequested)
        {
            await Task.WhenAny(tick, full);
            Interlocked.Exchange(ref _isFull, 0);
            await TryStoreAsync(stoppingToken);
            if (tick.IsCompleted) tick = timer.WaitForNextTickAsync(stoppingToken).AsTask();
            if (full.IsCompleted) full = _full.WaitAsync(stoppingToken);
        }
    }

    private async Task StoreLastAsync(CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(StopLimit);
        try
        {
            await TryStoreAsync(limit.Token);
        }
        catch (OperationCanceledException e)
        {
            Logs.NotStored(logger, e);
        }
    }

    private async Task TryStoreAsync(CancellationToken cancellationToken)
    {
        try
        {
            await StoreAsync(cancellationToken);
        }
#pragma warning disable CA1031 // Whatever the tables' trouble is, it must not end the loop, and with it the host.
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
#pragma warning restore CA1031
        {
            Logs.NotStored(logger, e);
        }
    }

    // An idle instance says nothing: no row says the same.
    private async Task SayAsync(CancellationToken cancellationToken)
    {
        var (active, lanes, longest) = _running.Look(InstanceState.MaxTextLength);
        var open = breakers.States.Where(b => b.Value is CircuitState.Open or CircuitState.Isolated).Select(b => b.Key)
            .Order(StringComparer.Ordinal).ToList();
        if (active.Count + open.Count > 0)
            await instances.WriteAsync(new InstanceState(instance.Id, time.GetUtcNow(), active, longest, open, lanes), cancellationToken);
        else if (_isListed) await instances.DeleteAsync(instance.Id, cancellationToken);
        _isListed = active.Count + open.Count > 0;
    }
}
