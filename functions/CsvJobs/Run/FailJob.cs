using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Logging;
using Serverless.CsvJobs.Blobs;
using Serverless.CsvJobs.Load;
using Serverless.CsvJobs.Store;
using Serverless.Storage;

namespace Serverless.CsvJobs.Run;

/// <summary>Records that a job failed. Its staged blocks are left to expire, and nothing that was made visible stays.</summary>
internal sealed class FailJob(
    Containers containers, CsvPlans plans, CsvJobStore store, LoadCommitter loads, ILogger<FailJob> logger)
{
    // A row of the table holds 64 KiB a property.
    private const int MaxError = 4_000;

    /// <summary>Notes the reason; a job that was cancelled meanwhile stays cancelled.</summary>
    [Function(nameof(FailJob))]
    public async Task RunAsync([ActivityTrigger] FailTask task, CancellationToken cancellationToken)
    {
        var error = task.Error.Length > MaxError ? task.Error[..MaxError] + "..." : task.Error;
        var id = JobFolder.IdOf(task.Folder);
        var folder = await JobFolder.OpenAsync(containers, task.Folder, cancellationToken);

        // A commit that failed half-way may have left outputs. The rejects that a job fails for are committed before a commit begins.
        if ((await store.FindAsync(id, cancellationToken))?.GetState() == CsvJobState.Committing)
            await folder.DeleteOutputsAsync(Outputs.IsOutput, cancellationToken);
        await store.MoveAsync(id, CsvJobState.Failed, j => j.Error = error, cancellationToken);
        Logs.JobFailed(logger, id);
        if (task.ETag is { } etag && (await plans.LoadAsync(folder, etag, cancellationToken)).Plan.Load is { } load)
            await loads.DropAsync(load, cancellationToken);
        await folder.DeletePartsAsync(cancellationToken);
    }
}
