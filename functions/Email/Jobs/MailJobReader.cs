using System.Text.Json;
using Microsoft.DurableTask.Client;
using Serverless.Email.Jobs.Run;
using Serverless.Email.Jobs.Store;

namespace Serverless.Email.Jobs;

/// <summary>Tells where mail jobs stand, from the table, their orchestrations, and the ledgers of the batches at work.</summary>
internal sealed class MailJobReader(MailJobStore store, MailJobFollower follower, MailLedger ledger)
{
    /// <summary>Null when there is no such job.</summary>
    public async Task<MailJobStatus?> FindAsync(DurableTaskClient client, string id, CancellationToken cancellationToken) =>
        await store.FindAsync(id, cancellationToken) is { } job
            ? await DescribeAsync(client, job, withFailed: true, cancellationToken) : null;

    /// <summary>A job's status.</summary>
    /// <param name="client">The durable client.</param>
    /// <param name="job">The job as the table has it.</param>
    /// <param name="withFailed">Whether to list who was not sent to, which takes a request.</param>
    /// <param name="cancellationToken">Cancels the reads.</param>
    public async Task<MailJobStatus> DescribeAsync(
        DurableTaskClient client, MailJobEntity job, bool withFailed, CancellationToken cancellationToken)
    {
        var instance = await client.GetInstanceAsync(job.RowKey, getInputsAndOutputs: true, cancellationToken);
        job = await follower.FollowAsync(job, instance, cancellationToken);
        return new MailJobStatus(
            job.RowKey, job.Template, job.Recipients, job.GetState(), await ReadProgressAsync(job, instance, cancellationToken),
            await ReadResultAsync(job, withFailed, cancellationToken), job.Error, job.CreatedAt, job.EndedAt);
    }

    private async Task<MailProgress?> ReadProgressAsync(
        MailJobEntity job, OrchestrationMetadata? instance, CancellationToken cancellationToken)
    {
        if (instance?.SerializedCustomStatus is not { Length: > 0 } json || json == "null") return null;
        if (JsonSerializer.Deserialize<MailProgress>(json) is not { } progress) return null;
        var shown = progress.With(
            await Task.WhenAll(progress.InFlight.Select(batch => ledger.ReadAsync(job.RowKey, batch, cancellationToken))));

        // The row is moved before the orchestration says its last word: whoever reads in between sees the end, too.
        return job.GetState() == MailJobState.Completed ? shown with { Phase = MailProgress.Ended, InFlight = [] } : shown;
    }

    private async Task<MailResult?> ReadResultAsync(MailJobEntity job, bool withFailed, CancellationToken cancellationToken)
    {
        if (job.Total is not { } total) return null;
        var counts = new MailCounts(job.Successful ?? 0, job.Failed ?? 0, job.Suppressed ?? 0);
        var failed = withFailed && counts.Failed > 0
            ? await ledger.ListFailedAsync(job.RowKey, cancellationToken).Take(FinishMail.MaxShown).ToListAsync(cancellationToken)
            : [];
        return MailResult.Create(total, counts, failed, job.FailedSendsBlob);
    }
}
