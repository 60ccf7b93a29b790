using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.Options;

namespace Serverless.Cleanup;

/// <summary>Purges the histories of orchestrations that ended long ago.</summary>
internal sealed class PurgeOrchestrations(IOptions<CleanupSettings> settings, CleanupMonitor monitor)
{
    // At some hundred a second, far from the time that a function may take.
    private const int MaxAtOnce = 10_000;
    private const int InParallel = 16;

    private static readonly OrchestrationRuntimeStatus[] Ended =
        [OrchestrationRuntimeStatus.Completed, OrchestrationRuntimeStatus.Failed, OrchestrationRuntimeStatus.Terminated];

    /// <summary>Runs the step.</summary>
    [Function(nameof(PurgeOrchestrations))]
    public Task<CleanupCount> RunAsync(
        [ActivityTrigger] CleanupTask task, [DurableClient] DurableTaskClient client, CancellationToken cancellationToken) =>
        monitor.RunAsync(
            "cleanup.orchestrations", task, () => PurgeAsync(client, task.Now - settings.Value.Orchestrations, cancellationToken));

    // A filter knows when an instance was created, not when it ended; one that ran for long must not go the night after its end.
    private static async Task<CleanupCount> PurgeAsync(DurableTaskClient client, DateTimeOffset before, CancellationToken cancellationToken)
    {
        var purged = 0;
        var old = new List<string>();
        var query = new OrchestrationQuery(CreatedTo: before, Statuses: Ended);
        await foreach (var page in client.GetAllInstancesAsync(query).AsPages().WithCancellation(cancellationToken))
        {
            old.AddRange(page.Values.Where(i => i.LastUpdatedAt < before).Select(i => i.InstanceId));
            if (old.Count >= MaxAtOnce) break;
        }

        await Parallel.ForEachAsync(
            old, new ParallelOptions { MaxDegreeOfParallelism = InParallel, CancellationToken = cancellationToken }, async (id, token) =>
            Interlocked.Add(ref purged, (await client.PurgeInstanceAsync(id, token)).PurgedInstanceCount));
        return new CleanupCount(purged, HasMore: old.Count >= MaxAtOnce && purged > 0);
    }
}
