using Microsoft.DurableTask.Client;
using Serverless.Email.Jobs.Store;
using Serverless.Jobs;

namespace Serverless.Email.Jobs;

/// <summary>Brings mail jobs up to date with their orchestrations.</summary>
internal sealed class MailJobFollower(MailJobStore store, MailJobStarter starter) : IJobKind
{
    /// <inheritdoc/>
    public IAsyncEnumerable<string> ListUnendedAsync(DateTimeOffset before, CancellationToken cancellationToken) =>
        store.ListUnendedAsync(before, cancellationToken);

    /// <inheritdoc/>
    public async Task<bool> ReconcileAsync(DurableTaskClient client, string id, CancellationToken cancellationToken)
    {
        if (await store.FindAsync(id, cancellationToken) is not { } job || job.GetState() != MailJobState.Running) return false;

        // Whoever recorded it may have died before it was in the list of the newest.
        job = await store.AddAsync(job, cancellationToken);
        job = await FollowAsync(job, await client.GetInstanceAsync(id, cancellationToken), cancellationToken);
        return job.GetState() != MailJobState.Running || await starter.ResumeAsync(client, job, cancellationToken);
    }

    /// <summary>The job as its orchestration has it: whoever ended it through the Durable management API did not tell.</summary>
    /// <param name="job">The job as the table has it.</param>
    /// <param name="instance">Its orchestration; null when there is none.</param>
    /// <param name="cancellationToken">Cancels the writes.</param>
    public async Task<MailJobEntity> FollowAsync(MailJobEntity job, OrchestrationMetadata? instance, CancellationToken cancellationToken)
    {
        if (job.GetState() != MailJobState.Running || UntoldEnd.Find(instance, job.IsBegun) is not { } end) return job;
        var state = end.Error is null ? MailJobState.Cancelled : MailJobState.Failed;
        return await store.EndAsync(job.RowKey, state, j => j.Error ??= end.Error, cancellationToken);
    }
}
