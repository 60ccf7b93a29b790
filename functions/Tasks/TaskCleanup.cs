using Microsoft.Extensions.Logging;
using Serverless.Monitoring.Changes;
using Serverless.Tasks.Running;
using Serverless.Tasks.Store;
using Serverless.Timers;

namespace Serverless.Tasks;

/// <summary>
/// Deletes what is forgotten: states and results after their time to live, and revocations that no message can need any more. Fails what
/// has not ended though its message is gone, and completes batches that nobody else can.
/// </summary>
internal sealed class TaskCleanup(
    TaskPurge purge, TaskPauses pauses, TaskRevocations revocations, LostTasks lost, BatchSweep batches, ChangeStore changes,
    ILogger<TaskCleanup> logger)
    : ITimedWork
{
    /// <inheritdoc/>
    public string Name => "TaskCleanup";

    /// <summary>Runs every ten minutes, unless <c>TaskCleanupSchedule</c> says another; until then nobody sees what is forgotten.</summary>
    public async Task RunAsync(TimedRun run, CancellationToken cancellationToken)
    {
        var purged = await purge.RunAsync(cancellationToken);
        await revocations.PurgeAsync(cancellationToken);
        await pauses.PurgeAsync(cancellationToken);
        await changes.PurgeAsync(cancellationToken);
        if (purged > 0) Logs.Forgot(logger, purged);
        if (await lost.SweepAsync(run.Client, cancellationToken) is > 0 and var count) Logs.Lost(logger, count);
        await batches.RunAsync(cancellationToken);
        await batches.PurgeAsync(cancellationToken);
    }
}
