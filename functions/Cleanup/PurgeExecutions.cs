using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Options;
using Serverless.Monitoring;

namespace Serverless.Cleanup;

/// <summary>Deletes what the monitor recorded long ago.</summary>
internal sealed class PurgeExecutions(TaskMonitor executions, IOptions<CleanupSettings> settings, CleanupMonitor monitor)
{
    /// <summary>Runs the step.</summary>
    [Function(nameof(PurgeExecutions))]
    public Task<CleanupCount> RunAsync([ActivityTrigger] CleanupTask task, CancellationToken cancellationToken) =>
        monitor.RunAsync(
            "cleanup.executions", task, async () => new CleanupCount(
                await executions.DeleteOlderThanAsync(task.Now - settings.Value.Executions, cancellationToken)));
}
