using System.Buffers;
using Azure;
using Azure.Storage.Blobs.Models;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Options;
using Serverless.Csv.Keys;
using Serverless.CsvJobs.Blobs;
using Serverless.CsvJobs.Run;
using Serverless.Storage;

namespace Serverless.CsvJobs.Keys;

/// <summary>
/// Looks for duplicates among the keys of some slots, one slot in memory at a time. A slot with more keys than may be in memory is read in
/// several passes, each of which takes the keys whose hash falls to it.
/// </summary>
internal sealed class CheckKeys(Containers containers, CsvPlans plans, IOptions<CsvSettings> settings)
{
    private const int ParallelReads = 8;
    private const int ReadBytes = 2048 * KeyEntry.Length;

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

    private static async Task<List<Segment>[]> ReadSegmentsAsync(
        JobFolder folder, CheckTask task, KeySlots slots, CancellationToken cancellationToken)
    {
        var count = Math.Min(task.Slots + slots.Partitions, slots.Count - task.FirstSlot);
        List<Segment>[] segments = [.. Enumerable.Range(0, count).Select(_ => new List<Segment>())];
        for (var fold = 1; fold <= task.Folds; fold++)
        {
            var part = folder.GetPart(KeyParts.Fold(fold));
            using var content = (await part.DownloadStreamingAsync(cancellationToken: cancellationToken)).Value;
            await foreach (var run in KeyCounts.ReadAsync(content.Content, slots.Count, cancellationToken))
            {
                var offset = run.OffsetOf(task.FirstSlot);
                for (var i = 0; i < segments.Length; i++)
                {
                    var entries = run.Counts[task.FirstSlot + i];
                    if (entries > 0) segments[i].Add(new Segment(run.Start, run.First, offset, entries));
                    offset += entries;
                }
            }
        }

        return segments;
    }

    private async Task<long> CheckAsync(
        JobFolder folder, KeySlots slots, int slot, bool isForeign, List<Segment> segments, CancellationToken cancellationToken)
    {
        var limit = settings.Value.KeysInMemory;
        var passes = (int)((segments.Sum(s => (long)s.Count) + limit - 1) / limit);
        var found = 0L;
        for (var pass = 0; pass < passes; pass++)
        {
            using var entries = new PooledList<KeyEntry>();
            var parallel = new ParallelOptions { MaxDegreeOfParallelism = ParallelReads, CancellationToken = cancellationToken };
            await Parallel.ForEachAsync(
                segments, parallel, (segment, token) => ReadAsync(folder, segment, (ulong)passes, (ulong)pass, entries, token));
            var duplicates = isForeign ? Duplicates.FindDangling(entries.Items) : Duplicates.Find(entries.Items);
            if (duplicates.Length == 0) continue;
            found += duplicates.Length;
            await SaveAsync(folder, KeyParts.NameFound(slot, pass), duplicates, slots.KeyOf(slot), cancellationToken);
        }

        return found;
    }

    private static async ValueTask ReadAsync(
        JobFolder folder, Segment segment, ulong passes, ulong pass, PooledList<KeyEntry> entries, CancellationToken cancellationToken)
    {
        var left = (long)segment.Count * KeyEntry.Length;
        var options = new BlobDownloadOptions { Range = new HttpRange(segment.Offset * KeyEntry.Length, left) };
        using var content =
            (await folder.GetPart(KeyParts.NameEntries(segment.Start, segment.First))
                .DownloadStreamingAsync(options, cancellationToken)).Value;
        var buffer = ArrayPool<byte>.Shared.Rent(ReadBytes);
        try
        {
            for (int read; left > 0; left -= read)
            {
                read = (int)Math.Min(left, ReadBytes);
                await content.Content.ReadExactlyAsync(buffer.AsMemory(0, read), cancellationToken);
                Take(buffer.AsSpan(0, read), passes, pass, entries);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static void Take(ReadOnlySpan<byte> bytes, ulong passes, ulong pass, PooledList<KeyEntry> entries)
    {
        lock (entries)
        {
            for (; !bytes.IsEmpty; bytes = bytes[KeyEntry.Length..])
            {
                // Which slot a key is in, its other half decides.
                var entry = KeyEntry.Read(bytes);
                if (entry.Low % passes == pass) entries.Add(entry);
            }
        }
    }

    private static async Task SaveAsync(JobFolder folder, string name, long[] positions, int key, CancellationToken cancellationToken)
    {
        var bytes = new byte[positions.Length * Duplicate.Length];
        foreach (var (i, position) in positions.Index()) new Duplicate(position, key).Write(bytes.AsSpan(i * Duplicate.Length));
        using var content = new MemoryStream(bytes);
        await folder.GetPart(name).UploadAsync(content, overwrite: true, cancellationToken);
    }

    private sealed record Segment(long Start, long First, long Offset, int Count);
}
