using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Options;
using Serverless.CsvJobs;

namespace Serverless.Cleanup;

/// <summary>Deletes what CSV jobs staged that were cut off; storage itself drops blocks that were never committed.</summary>
internal sealed class PurgeLeftovers(OrphanedPartCleaner leftovers, IOptions<CleanupSettings> settings, CleanupMonitor monitor)
{
    /// <summary>Runs the step.</summary>
    [Function(nameof(PurgeLeftovers))]
    public Task<CleanupCount> RunAsync([ActivityTrigger] CleanupTask task, CancellationToken cancellationToken) =>
        monitor.RunAsync(
            "cleanup.leftovers", task, async () => new CleanupCount(
                await leftovers.DeleteAsync(task.Now - settings.Value.Leftovers, cancellationToken)));
}
