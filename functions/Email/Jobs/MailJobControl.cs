using Microsoft.DurableTask.Client;
using Microsoft.Extensions.Logging;
using Serverless.Email.Jobs.Run;
using Serverless.Email.Jobs.Store;
using Serverless.Jobs;

namespace Serverless.Email.Jobs;

/// <summary>Shows mail jobs, and cancels them within their batches: what was sent is sent.</summary>
internal sealed class MailJobControl(MailJobStore store, MailJobReader reader, ILogger<MailJobControl> logger) : IJobControl<MailJobStatus>
{
    /// <inheritdoc/>
    public string Name => MailJobEntity.Name;

    /// <inheritdoc/>
    public string Root => "email";

    /// <inheritdoc/>
    public string Orchestrator => nameof(MailJobOrchestrator);

    /// <inheritdoc/>
    public async Task<(IReadOnlyList<MailJobStatus> Jobs, string? Next)> ListAsync(
        DurableTaskClient client, int size, string? after, CancellationToken cancellationToken)
    {
        var (jobs, next) = await store.ListAsync(size, after, cancellationToken);
        return (await Task.WhenAll(jobs.Select(j => reader.DescribeAsync(client, j, withFailed: false, cancellationToken))), next);
    }

    /// <inheritdoc/>
    public Task<MailJobStatus?> FindAsync(DurableTaskClient client, string id, CancellationToken cancellationToken) =>
        reader.FindAsync(client, id, cancellationToken);

    /// <inheritdoc/>
    public async Task<JobCancellation<MailJobStatus>?> CancelAsync(
        DurableTaskClient client, string id, CancellationToken cancellationToken)
    {
        if (await store.FindAsync(id, cancellationToken) is null) return null;
        var job = await store.EndAsync(id, MailJobState.Cancelled, null, cancellationToken);
        if (job.GetState() != MailJobState.Cancelled) return new(job.State, null);

        // Batches look at the table; the orchestration sums up once they have stopped, and is woken in case it waits.
        if (await client.GetInstanceAsync(id, cancellationToken) is { IsCompleted: false } instance)
        {
            await client.RaiseEventAsync(id, MailJobOrchestrator.Cancel, true, cancellationToken);
            if (instance.RuntimeStatus == OrchestrationRuntimeStatus.Suspended)
                await client.ResumeInstanceAsync(id, "Cancelled", cancellationToken);
        }

        Logs.JobCancelled(logger, id);
        return new(job.State, await reader.DescribeAsync(client, job, withFailed: false, cancellationToken));
    }
}
