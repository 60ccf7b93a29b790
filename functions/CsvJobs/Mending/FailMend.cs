using Microsoft.Azure.Functions.Worker;
using Serverless.CsvJobs.Blobs;
using Serverless.CsvJobs.Load;
using Serverless.CsvJobs.Run;
using Serverless.CsvJobs.Store;
using Serverless.Storage;

namespace Serverless.CsvJobs.Mending;

/// <summary>Notes that a round changed nothing, and lets others begin. What it staged expires.</summary>
internal sealed class FailMend(Containers containers, CsvJobStore store, MendLoader loads)
{
    // A row of the table holds 64 KiB a property, which all rounds share.
    private const int MaxError = 500;

    /// <summary>Notes the reason.</summary>
    [Function(nameof(FailMend))]
    public async Task RunAsync([ActivityTrigger] MendFailure failure, CancellationToken cancellationToken)
    {
        var (task, error) = failure;
        var folder = await JobFolder.OpenAsync(containers, task.Folder, cancellationToken);
        var round = task.Round with { Error = error.Length > MaxError ? error[..MaxError] + "..." : error };
        await OutputLeases.ReleaseAsync(folder, round.Id, cancellationToken);
        if (await OutputIndex.FindAsync(folder, cancellationToken) is { Index.Plan.Load: { } load })
            await loads.DropAsync(load, round.Id, cancellationToken);
        await store.EndMendAsync(JobFolder.IdOf(task.Folder), round, null, cancellationToken);
        await MendRequest.DeleteAsync(folder, round.Id, cancellationToken);
        await MendCommit.DeleteAsync(folder, round.Id, cancellationToken);
    }
}
