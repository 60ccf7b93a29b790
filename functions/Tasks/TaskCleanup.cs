using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.Logging;
using Serverless.Monitoring.Changes;
using Serverless.Tasks.Running;
using Serverless.Tasks.Store;

namespace Serverless.Tasks;

/// <summary>
/// Deletes what is forgotten: states and results after their time to live, and revocations that no message can need any more. Fails what
/// has not ended though its message is gone, and completes batches that nobody else can.
/// </summary>
internal sealed class TaskCleanup(
    TaskPurge purge, TaskRevocations revocations, LostTasks lost, BatchSweep batches, ChangeStore changes, ILogger<TaskCleanup> logger)
{
    /// <summary>Runs every ten minutes, unless <c>TaskCleanupSchedule</c> says another; until then nobody sees what is forgotten.</summary>
    [Function(nameof(TaskCleanup))]
    public async Task RunAsync(
        [TimerTrigger("%TaskCleanupSchedule%")] TimerInfo timer, [DurableClient] DurableTaskClient client,
        CancellationToken cancellationToken)
    {
        var purged = await purge.RunAsync(cancellationToken);
        await revocations.PurgeAsync(cancellationToken);
        await changes.PurgeAsync(cancellationToken);
        if (purged > 0) Logs.Forgot(logger, purged);
        if (await lost.SweepAsync(client, cancellationToken) is > 0 and var count) Logs.Lost(logger, count);
        await batches.RunAsync(cancellationToken);
        await batches.PurgeAsync(cancellationToken);
    }
}
