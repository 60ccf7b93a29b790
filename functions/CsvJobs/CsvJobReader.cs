using System.Text.Json;
using Microsoft.DurableTask.Client;
using Serverless.CsvJobs.Blobs;
using Serverless.CsvJobs.Run;
using Serverless.CsvJobs.Store;
using Serverless.Http;
using Serverless.Storage;

namespace Serverless.CsvJobs;

/// <summary>Tells where jobs stand, from the table and their orchestrations.</summary>
internal sealed class CsvJobReader(Containers containers, CsvJobStore store, CsvJobFollower follower)
{
    // More than a page can show; summary.json names them all.
    private const int MaxOutputs = 1_000;

    /// <summary>Null when there is no such job.</summary>
    public async Task<CsvJobStatus?> FindAsync(DurableTaskClient client, string id, CancellationToken cancellationToken) =>
        await store.FindAsync(id, cancellationToken) is { } job
            ? await DescribeAsync(client, job, withOutputs: true, cancellationToken) : null;

    /// <summary>A job's status.</summary>
    /// <param name="client">The durable client.</param>
    /// <param name="job">The job as the table has it.</param>
    /// <param name="withOutputs">Whether to list what was written, which takes a request.</param>
    /// <param name="cancellationToken">Cancels the reads.</param>
    public async Task<CsvJobStatus> DescribeAsync(
        DurableTaskClient client, CsvJobEntity job, bool withOutputs, CancellationToken cancellationToken)
    {
        var instance = await client.GetInstanceAsync(job.RowKey, getInputsAndOutputs: true, cancellationToken);
        job = await follower.FollowAsync(client, job, instance, cancellationToken);
        var state = job.GetState();
        var outputs = withOutputs && state is CsvJobState.Completed or CsvJobState.Failed
            ? await ListOutputsAsync(job, cancellationToken)
            : [];
        return new CsvJobStatus(
            job.RowKey, $"{Containers.Incoming}/{job.Files ?? job.Path}", state, ReadProgress(instance, state),
            [.. outputs.Select(o => new NamedFile(o))],
            job.Error, job.Total, job.Accepted, job.Rejected, job.CreatedAt, job.EndedAt,
            job.Warnings?.Split('\n') ?? [], job.Mending, job.GetRounds());
    }

    private async Task<IReadOnlyList<string>> ListOutputsAsync(CsvJobEntity job, CancellationToken cancellationToken)
    {
        var folder = await JobFolder.OpenAsync(containers, JobFolder.NameOf(job.Path, job.RowKey), cancellationToken);
        return await folder.ListOutputsAsync(MaxOutputs, cancellationToken);
    }

    private static CsvJobProgress? ReadProgress(OrchestrationMetadata? instance, CsvJobState state)
    {
        if (instance?.SerializedCustomStatus is not { Length: > 0 } json || json == "null") return null;
        var progress = JsonSerializer.Deserialize<CsvJobProgress>(json);

        // The commit tells the table before the orchestration hears of it.
        return state == CsvJobState.Completed ? progress?.AsDone() : progress;
    }
}
