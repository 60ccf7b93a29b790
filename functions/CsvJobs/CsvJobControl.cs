using Microsoft.AspNetCore.Http;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Serverless.CsvJobs.Run;
using Serverless.CsvJobs.Store;
using Serverless.Jobs;

namespace Serverless.CsvJobs;

/// <summary>Shows and cancels CSV jobs: nothing of a cancelled one becomes visible.</summary>
internal sealed class CsvJobControl(
    CsvJobStore store, CsvJobReader reader, IOptions<CsvSettings> settings, ILogger<CsvJobControl> logger) : IJobControl<CsvJobStatus>
{
    private const string Address = "csv";

    /// <inheritdoc/>
    public string Name => CsvJobEntity.Name;

    /// <inheritdoc/>
    public string Root => Address;

    /// <inheritdoc/>
    public string Orchestrator => nameof(CsvJobOrchestrator);

    /// <summary>404 for an id that no job has.</summary>
    public static IResult Unknown(string id) => JobAnswers.Unknown(CsvJobEntity.Name, Address, id);

    /// <inheritdoc/>
    public async Task<(IReadOnlyList<CsvJobStatus> Jobs, string? Next)> ListAsync(
        DurableTaskClient client, int size, string? after, CancellationToken cancellationToken)
    {
        var (jobs, next) = await store.ListAsync(size, after, cancellationToken);
        return (await Task.WhenAll(jobs.Select(j => reader.DescribeAsync(client, j, withOutputs: false, cancellationToken))), next);
    }

    /// <inheritdoc/>
    public Task<CsvJobStatus?> FindAsync(DurableTaskClient client, string id, CancellationToken cancellationToken) =>
        reader.FindAsync(client, id, cancellationToken);

    /// <inheritdoc/>
    public async Task<JobCancellation<CsvJobStatus>?> CancelAsync(DurableTaskClient client, string id, CancellationToken cancellationToken)
    {
        if (await store.FindAsync(id, cancellationToken) is not { } job) return null;

        // The table decides between this and a commit. Ranges in flight look there too: terminating alone would not reach them.
        job = await store.MoveAsync(id, CsvJobState.Cancelled, null, cancellationToken);
        if (job.GetState() != CsvJobState.Cancelled) return new(job.State, null);

        var instance = await client.GetInstanceAsync(id, cancellationToken);
        if (instance is { IsCompleted: false }) await client.TerminateInstanceAsync(id, "Cancelled", cancellationToken);
        Logs.JobCancelled(logger, id);
        await PartsDiscard.StartAsync(client, job, settings.Value, cancellationToken);
        return new(job.State, await reader.DescribeAsync(client, job, withOutputs: false, cancellationToken));
    }
}
