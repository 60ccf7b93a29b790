using Microsoft.Azure.Functions.Worker;
using Serverless.Tasks.Limits;
using Serverless.Tasks.Store;

namespace Serverless.Cleanup;

/// <summary>Deletes records and results of tasks whose time to live is over.</summary>
internal sealed class PurgeTasks(TaskPurge purge, ClaimPurge claims, RateRows rates, CleanupMonitor monitor)
{
    /// <summary>Runs the step.</summary>
    [Function(nameof(PurgeTasks))]
    public Task<CleanupCount> RunAsync([ActivityTrigger] CleanupTask task, CancellationToken cancellationToken) =>
        monitor.RunAsync("cleanup.tasks", task, async () =>
        {
            var purged = await purge.RunAsync(cancellationToken) + await claims.RunAsync(cancellationToken);
            return new CleanupCount(purged + await rates.PurgeAsync(cancellationToken));
        });
}
