using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Logging;
using Serverless.Csv.Jobs.Blobs;
using Serverless.Csv.Jobs.Store;
using Serverless.Storage;

namespace Serverless.Csv.Jobs.Run;

/// <summary>Records that a job failed. Its staged blocks are left to expire.</summary>
public sealed class FailJob(Containers containers, CsvJobStore store, ILogger<FailJob> logger)
{
    // A row of the table holds 64 KiB a property.
    private const int MaxError = 4_000;

    /// <summary>Notes the reason; a job that was cancelled meanwhile stays cancelled.</summary>
    [Function(nameof(FailJob))]
    public async Task RunAsync([ActivityTrigger] FailTask task, CancellationToken cancellationToken)
    {
        var error = task.Error.Length > MaxError ? task.Error[..MaxError] + "..." : task.Error;
        await store.MoveAsync(JobFolder.IdOf(task.Folder), CsvJobState.Failed, j => j.Error = error, cancellationToken);
        Logs.JobFailed(logger, JobFolder.IdOf(task.Folder));
        var folder = await JobFolder.OpenAsync(containers, task.Folder, cancellationToken);
        await folder.DeletePartsAsync(cancellationToken);
    }
}
