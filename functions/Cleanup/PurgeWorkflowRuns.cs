using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Options;
using Serverless.Workflows.Store;

namespace Serverless.Cleanup;

/// <summary>Deletes what is known of workflow runs that ended long ago, with their steps and blobs.</summary>
internal sealed class PurgeWorkflowRuns(RunStore runs, IOptions<CleanupSettings> settings, CleanupMonitor monitor)
{
    /// <summary>Runs the step.</summary>
    [Function(nameof(PurgeWorkflowRuns))]
    public Task<CleanupCount> RunAsync([ActivityTrigger] CleanupTask task, CancellationToken cancellationToken) =>
        monitor.RunAsync(
            "cleanup.workflow_runs", task, async () => new CleanupCount(
                await runs.DeleteOlderThanAsync(task.Now - settings.Value.WorkflowRuns, cancellationToken)));
}
