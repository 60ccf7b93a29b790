using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Options;
using Serverless.Access;

namespace Serverless.Cleanup;

/// <summary>Deletes what was done long ago from the log of actions.</summary>
internal sealed class PurgeActions(ActionLog log, IOptions<CleanupSettings> settings, CleanupMonitor monitor)
{
    /// <summary>Runs the step.</summary>
    [Function(nameof(PurgeActions))]
    public Task<CleanupCount> RunAsync([ActivityTrigger] CleanupTask task, CancellationToken cancellationToken) =>
        monitor.RunAsync(
            "cleanup.actions", task, async () => new CleanupCount(
                await log.DeleteOlderThanAsync(task.Now - settings.Value.Actions, cancellationToken)));
}
