using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;
using Microsoft.Extensions.Logging;

namespace Serverless.Cleanup;

/// <summary>Deletes what is done with, one kind after the other; a kind that cannot be deleted keeps none of the others from it.</summary>
internal static class CleanupOrchestrator
{
    private static readonly string[] Steps =
        [nameof(PurgeTasks), nameof(PurgeOrchestrations), nameof(PurgeWorkflowRuns), nameof(PurgeExecutions), nameof(
            PurgeLeftovers), nameof(PurgeMail), nameof(PurgeNotifications), nameof(PurgeSessions),
            nameof(PurgeActions)];

    private static readonly TaskOptions Retry = TaskOptions.FromRetryPolicy(
        new RetryPolicy(maxNumberOfAttempts: 5, firstRetryInterval: TimeSpan.FromSeconds(10), backoffCoefficient: 4));

    /// <summary>Runs all steps.</summary>
    /// <returns>By step, how much was deleted.</returns>
    /// <exception cref="InvalidOperationException">Steps failed; it names them.</exception>
    [Function(nameof(CleanupOrchestrator))]
    public static async Task<IReadOnlyDictionary<string, long>> RunAsync([OrchestrationTrigger] TaskOrchestrationContext context)
    {
        var logger = context.CreateReplaySafeLogger(nameof(CleanupOrchestrator));
        var task = new CleanupTask(new DateTimeOffset(context.CurrentUtcDateTime, TimeSpan.Zero));
        var deleted = new SortedDictionary<string, long>(StringComparer.Ordinal);
        var failed = new List<string>();
        foreach (var step in Steps)
        {
            try
            {
                deleted[step] = await RunStepAsync(context, step, task);
            }
            catch (TaskFailedException e)
            {
                Logs.CleanupFailed(logger, e, step);
                failed.Add(step);
            }
        }

        if (failed.Count > 0)
            throw new InvalidOperationException(
                $"Not everything was cleaned up: {string.Join(", ", failed)} failed. The next night tries again.");
        return deleted;
    }

    private static async Task<long> RunStepAsync(TaskOrchestrationContext context, string step, CleanupTask task)
    {
        var count = 0L;
        CleanupCount done;
        do
        {
            done = await context.CallActivityAsync<CleanupCount>(step, task, Retry);
            count += done.Deleted;
        }
        while (done.HasMore);

        return count;
    }
}
