using Microsoft.Extensions.Logging;
using Serverless.Tasks.Store;

namespace Serverless.Tasks.Running;

/// <summary>The context of one run; stores at most one progress report a second, and always the last.</summary>
internal sealed class RunContext(
    TaskRun run, TaskStore store, TimeProvider time, ILogger logger, Heartbeat? heartbeat, CancellationToken cancellationToken)
    : TaskContext
{
    private const int MaxStatusLength = 256;
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    private readonly Lock _lock = new();
    private DateTimeOffset _lastWrite = DateTimeOffset.MinValue;
    private TaskProgress? _unwritten;
    private bool _isOver;

    public override string Id => run.Message.Id;

    public override string Name => run.Message.Task;

    public override int Attempt => run.Message.Attempt;

    public override string? Tenant => run.Message.Tenant;

    public override string? Batch => run.Message.Batch;

    public override CancellationToken CancellationToken => cancellationToken;

    public override ILogger Logger => logger;

    public override ValueTask ReportAsync(long current, long total, string? status = null)
    {
        heartbeat?.Beat();
        if (run.Message.IgnoreResult) return ValueTask.CompletedTask;

        var progress = new TaskProgress(current, total, status?.Length > MaxStatusLength ? status[..MaxStatusLength] : status);
        lock (_lock)
        {
            if (_isOver) return ValueTask.CompletedTask;
            var now = time.GetUtcNow();
            if (now - _lastWrite < Interval)
            {
                _unwritten = progress;
                return ValueTask.CompletedTask;
            }

            _lastWrite = now;
            _unwritten = null;
        }

        return new ValueTask(store.MarkProgressAsync(run, progress));
    }

    /// <summary>The run is over: a handler that was left behind reports no more.</summary>
    public void End()
    {
        lock (_lock) _isOver = true;
    }

    /// <summary>Stores the last report if it came too soon after the one before.</summary>
    public Task FlushAsync()
    {
        lock (_lock)
        {
            return _unwritten is { } last ? store.MarkProgressAsync(run, last) : Task.CompletedTask;
        }
    }
}
