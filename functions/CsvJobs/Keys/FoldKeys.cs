using Microsoft.Azure.Functions.Worker;
using Serverless.Csv.Checks;
using Serverless.Csv.Cleaning;
using Serverless.CsvJobs.Blobs;
using Serverless.CsvJobs.Run;
using Serverless.Storage;

namespace Serverless.CsvJobs.Keys;

/// <summary>Notes which ranges' keys and columns count, once it is proven that they were read from where their records start.</summary>
internal sealed class FoldKeys(Containers containers, CsvPlans plans)
{
    private const int ParallelReads = 8;

    /// <summary>Writes the counts of the fold's ranges one behind the other.</summary>
    [Function(nameof(FoldKeys))]
    public async Task RunAsync([ActivityTrigger] FoldTask task, CancellationToken cancellationToken)
    {
        var folder = await JobFolder.OpenAsync(containers, task.Folder, cancellationToken);
        var (_, schema) = await plans.LoadAsync(folder, task.ETag, cancellationToken);
        if (schema.ColumnChecks.Any) await FoldColumnsAsync(folder, schema.ColumnChecks, task, cancellationToken);
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

    private static async Task FoldColumnsAsync(
        JobFolder folder, ColumnChecks checks, FoldTask task, CancellationToken cancellationToken)
    {
        var scanned = task.Fold > 1
            ? await ColumnParts.LoadAsync<ScannedColumns>(folder, KeyParts.FoldColumns(task.Fold - 1), cancellationToken)
            : new ScannedColumns([.. checks.Sequences.Select(_ => new SequenceState())], [.. checks.Deviations.Select(_ => Moments.None)]);
        foreach (var chunk in task.Ranges.Where(r => r.Rows > 0).Chunk(ParallelReads))
        {
            var parts = await Task.WhenAll(chunk.Select(r => ColumnParts.LoadAsync<ScannedColumns>(
                folder, KeyParts.NameColumns(r.Start, r.First), cancellationToken)));
            scanned = parts.Aggregate(scanned, (all, part) => all.Append(part));
        }

        await ColumnParts.SaveAsync(folder, KeyParts.FoldColumns(task.Fold), scanned, cancellationToken);
    }
}
