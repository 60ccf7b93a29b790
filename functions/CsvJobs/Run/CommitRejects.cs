using Microsoft.Azure.Functions.Worker;
using Serverless.CsvJobs.Blobs;
using Serverless.Storage;

namespace Serverless.CsvJobs.Run;

/// <summary>Makes the rejects so far visible, for a job that fails because of them.</summary>
internal sealed class CommitRejects(Containers containers)
{
    /// <summary>Commits <c>rejects.csv</c> and nothing else.</summary>
    [Function(nameof(CommitRejects))]
    public async Task RunAsync([ActivityTrigger] RejectsTask task, CancellationToken cancellationToken)
    {
        var folder = await JobFolder.OpenAsync(containers, task.Folder, cancellationToken);
        var rejects = await JobCommit.StageRejectsAsync(
            folder, HashKind.XxHash128, await FoldState.LoadAsync(folder, task.Folds, cancellationToken), cancellationToken);
        await rejects.CommitAsync(cancellationToken);
    }
}
