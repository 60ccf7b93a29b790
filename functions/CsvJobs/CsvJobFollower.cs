using Microsoft.DurableTask.Client;
using Microsoft.Extensions.Options;
using Serverless.CsvJobs.Run;
using Serverless.CsvJobs.Store;
using Serverless.Jobs;

namespace Serverless.CsvJobs;

/// <summary>Brings CSV jobs up to date with their orchestrations.</summary>
internal sealed class CsvJobFollower(CsvJobStore store, CsvJobStarter starter, IOptions<CsvSettings> settings) : IJobKind
{
    /// <inheritdoc/>
    public IAsyncEnumerable<string> ListUnendedAsync(DateTimeOffset before, CancellationToken cancellationToken) =>
        store.ListUnendedAsync(before, cancellationToken);

    /// <inheritdoc/>
    public async Task<bool> ReconcileAsync(DurableTaskClient client, string id, CancellationToken cancellationToken)
    {
        if (await store.FindAsync(id, cancellationToken) is not { } job || CsvJobTransitions.IsFinal(job.GetState())) return false;
        job = await FollowAsync(client, job, await client.GetInstanceAsync(id, cancellationToken), cancellationToken);
        return CsvJobTransitions.IsFinal(job.GetState()) || await starter.ResumeAsync(client, job, cancellationToken);
    }

    /// <summary>The job as its orchestration has it: whoever ended it through the Durable management API did not tell.</summary>
    /// <param name="client">The durable client.</param>
    /// <param name="job">The job as the table has it.</param>
    /// <param name="instance">Its orchestration; null when there is none.</param>
    /// <param name="cancellationToken">Cancels the writes.</param>
    public async Task<CsvJobEntity> FollowAsync(
        DurableTaskClient client, CsvJobEntity job, OrchestrationMetadata? instance, CancellationToken cancellationToken)
    {
        if (CsvJobTransitions.IsFinal(job.GetState())) return job;

        // An instance that ended before the row of a job that has not begun was written is that of an earlier start.
        if (instance is not null && !job.IsBegun && instance.LastUpdatedAt < job.Timestamp) return job;

        // A commit that was cut off is brought to its end by another start.
        if (UntoldEnd.Find(instance, job.IsBegun && job.GetState() == CsvJobState.Running) is not { } end) return job;

        var state = end.Error is null ? CsvJobState.Cancelled : CsvJobState.Failed;
        job = await store.MoveAsync(job.RowKey, state, j => j.Error ??= end.Error, cancellationToken);

        // The orchestration that would have told of the end has ended otherwise.
        if (job.GetFinishTarget() is not null) await PartsDiscard.StartAsync(client, job, settings.Value, cancellationToken);
        return job;
    }
}
