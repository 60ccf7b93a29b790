using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Options;
using Serverless.Csv.Keys;
using Serverless.CsvJobs.Blobs;
using Serverless.CsvJobs.Run;
using Serverless.Storage;

namespace Serverless.CsvJobs.Keys;

/// <summary>Looks for duplicates among the keys of some slots, one slot in memory at a time.</summary>
internal sealed class CheckKeys(Containers containers, CsvPlans plans, IOptions<CsvSettings> settings)
{
    /// <summary>Writes each slot's duplicates to part blobs.</summary>
    /// <returns>How many there are.</returns>
    [Function(nameof(CheckKeys))]
    public async Task<long> RunAsync([ActivityTrigger] CheckTask task, CancellationToken cancellationToken)
    {
        var folder = await JobFolder.OpenAsync(containers, task.Folder, cancellationToken);
        var (plan, schema) = await plans.LoadAsync(folder, task.ETag, cancellationToken);
        var slots = KeySlots.For(schema.KeyLists, plan.Size, plan.IsSequential);
        var segments = await ReadSegmentsAsync(folder, task, slots, cancellationToken);
        var found = 0L;
        for (var i = 0; i < task.Slots; i++)
        {
            // Behind the list of what refers to others that of what is referred to follows, which has no fault of its own.
            var list = slots.KeyOf(task.FirstSlot + i) - schema.Keys.Count;
            if (list >= 0 && list % 2 == 1) continue;
            var parts = list < 0 ? segments[i] : [.. segments[i], .. segments[i + slots.Partitions]];
            found += await CheckAsync(folder, slots, task.FirstSlot + i, list >= 0, parts, cancellationToken);
        }

        return found;
    }

    private static async Task<List<KeySegment>[]> ReadSegmentsAsync(
        JobFolder folder, CheckTask task, KeySlots slots, CancellationToken cancellationToken)
    {
        var count = Math.Min(task.Slots + slots.Partitions, slots.Count - task.FirstSlot);
        List<KeySegment>[] segments = [.. Enumerable.Range(0, count).Select(_ => new List<KeySegment>())];
        for (var fold = 1; fold <= task.Folds; fold++)
        {
            var part = folder.GetPart(KeyParts.Fold(fold));
            using var content = (await part.DownloadStreamingAsync(cancellationToken: cancellationToken)).Value;
            await foreach (var run in KeyCounts.ReadAsync(content.Content, slots.Count, cancellationToken))
            {
                foreach (var (i, segment) in run.ListSegments(task.FirstSlot, count).Index())
                {
                    if (segment.Count > 0) segments[i].Add(segment);
                }
            }
        }

        return segments;
    }

    private async Task<long> CheckAsync(
        JobFolder folder, KeySlots slots, int slot, bool isForeign, List<KeySegment> segments, CancellationToken cancellationToken)
    {
        var keys = new SlotKeys(folder, segments, settings.Value.KeysInMemory);
        var found = 0L;
        for (var pass = 0; pass < keys.Passes; pass++)
        {
            using var entries = await keys.LoadAsync(pass, cancellationToken);
            var duplicates = isForeign ? Duplicates.FindDangling(entries) : Duplicates.Find(entries);
            if (duplicates.Length == 0) continue;
            found += duplicates.Length;
            await SaveAsync(folder, KeyParts.NameFound(slot, pass), duplicates, slots.KeyOf(slot), cancellationToken);
        }

        return found;
    }

    private static async Task SaveAsync(JobFolder folder, string name, long[] positions, int key, CancellationToken cancellationToken)
    {
        var bytes = new byte[positions.Length * Duplicate.Length];
        foreach (var (i, position) in positions.Index()) new Duplicate(position, key).Write(bytes.AsSpan(i * Duplicate.Length));
        using var content = new MemoryStream(bytes);
        await folder.GetPart(name).UploadAsync(content, overwrite: true, cancellationToken);
    }
}
