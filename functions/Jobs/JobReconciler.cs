using Microsoft.DurableTask.Client;
using Microsoft.Extensions.Logging;
using Serverless.Timers;

namespace Serverless.Jobs;

/// <summary>
/// Looks after jobs that nobody brings to an end: a job is recorded before its orchestration is started, and whoever does both may die in
/// between.
/// </summary>
internal sealed class JobReconciler(IEnumerable<IJobKind> kinds, TimeProvider time, ILogger<JobReconciler> logger)
    : ITimedWork
{
    // Between the two lies a moment, or a storage that is slow.
    private static readonly TimeSpan Grace = TimeSpan.FromMinutes(10);

    /// <inheritdoc/>
    public string Name => "JobReconciler";

    /// <summary>Runs every ten minutes, unless <c>JobReconcilerSchedule</c> says another.</summary>
    public async Task RunAsync(TimedRun run, CancellationToken cancellationToken)
    {
        var before = time.GetUtcNow() - Grace;
        foreach (var kind in kinds)
        {
            await foreach (var id in kind.ListUnendedAsync(before, cancellationToken))
                await ReconcileAsync(kind, run.Client, id, cancellationToken);
        }
    }

    private async Task ReconcileAsync(IJobKind kind, DurableTaskClient client, string id, CancellationToken cancellationToken)
    {
        try
        {
            if (await kind.ReconcileAsync(client, id, cancellationToken)) Logs.JobReconciled(logger, id);
        }
#pragma warning disable CA1031 // Whatever is wrong with one job, the others are looked after; the next run tries it again.
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
#pragma warning restore CA1031
        {
            Logs.JobNotReconciled(logger, e, id);
        }
    }
}
