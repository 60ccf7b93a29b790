using Microsoft.Azure.Functions.Worker;
using Serverless.Csv.Checks;
using Serverless.Csv.Cleaning;
using Serverless.Csv.Keys;
using Serverless.CsvJobs.Blobs;
using Serverless.CsvJobs.Run;
using Serverless.Storage;

namespace Serverless.CsvJobs.Keys;

/// <summary>Decides, when all ranges were read once, which records break a sequence and which values are far from their average.</summary>
internal sealed class SettleColumns(Containers containers, CsvPlans plans)
{
    /// <summary>Writes the records that break sequences where the duplicates are, and the bounds of columns.</summary>
    /// <returns>How many records break one.</returns>
    [Function(nameof(SettleColumns))]
    public async Task<long> RunAsync([ActivityTrigger] ColumnsTask task, CancellationToken cancellationToken)
    {
        if (task.Folds == 0) return 0;
        var folder = await JobFolder.OpenAsync(containers, task.Folder, cancellationToken);
        var (plan, schema) = await plans.LoadAsync(folder, task.ETag, cancellationToken);
        var scanned = await ColumnParts.LoadAsync<ScannedColumns>(folder, KeyParts.FoldColumns(task.Folds), cancellationToken);
        var bounds = scanned.Moments.Zip(schema.ColumnChecks.Deviations, DeviationBounds.Of).ToList();
        await ColumnParts.SaveAsync(folder, KeyParts.Bounds, bounds, cancellationToken);

        var found = 0L;
        var slots = KeySlots.For(schema.KeyLists, plan.Size, plan.IsSequential).Count;
        foreach (var (index, sequence) in scanned.Sequences.Index().Where(s => s.Item.Break >= 0))
        {
            var bytes = new byte[Duplicate.Length];
            new Duplicate(sequence.Break, schema.KeyLists + index).Write(bytes);
            using var content = new MemoryStream(bytes);
            await folder.GetPart(KeyParts.NameFound(slots + index, 0)).UploadAsync(content, overwrite: true, cancellationToken);
            found++;
        }

        return found;
    }
}
