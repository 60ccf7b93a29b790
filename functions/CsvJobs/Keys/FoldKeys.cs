using Microsoft.Azure.Functions.Worker;
using Serverless.CsvJobs.Blobs;
using Serverless.CsvJobs.Run;
using Serverless.Storage;

namespace Serverless.CsvJobs.Keys;

/// <summary>Notes which ranges' keys count, once it is proven that they were read from where their records start.</summary>
internal sealed class FoldKeys(Containers containers)
{
    /// <summary>Writes the counts of the fold's ranges one behind the other.</summary>
    [Function(nameof(FoldKeys))]
    public async Task RunAsync([ActivityTrigger] FoldTask task, CancellationToken cancellationToken)
    {
        var folder = await JobFolder.OpenAsync(containers, task.Folder, cancellationToken);
        await using var fold = await folder.GetPart(KeyParts.Fold(task.Fold))
            .OpenWriteAsync(overwrite: true, cancellationToken: cancellationToken);
        foreach (var range in task.Ranges.Where(r => r.Blocks > 0))
        {
            using var counts =
                (await folder.GetPart(KeyParts.NameCounts(range.Start, range.First))
                    .DownloadStreamingAsync(cancellationToken: cancellationToken)).Value;
            await counts.Content.CopyToAsync(fold, cancellationToken);
        }
    }
}
