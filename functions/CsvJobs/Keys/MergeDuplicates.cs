using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Logging;
using Serverless.Csv.Keys;
using Serverless.CsvJobs.Blobs;
using Serverless.CsvJobs.Run;
using Serverless.Storage;

namespace Serverless.CsvJobs.Keys;

/// <summary>
/// Puts the duplicates of all slots in the file's order, each record once: of several keys that it repeats, the schema's first counts.
/// </summary>
internal sealed class MergeDuplicates(Containers containers, ILogger<MergeDuplicates> logger)
{
    private const int MaxBytes = 32 << 20;
    private const int BlockBytes = 1 << 20;

    /// <summary>Merges the part blobs that the check wrote.</summary>
    /// <returns>How many records there are.</returns>
    [Function(nameof(MergeDuplicates))]
    public async Task<long> RunAsync([ActivityTrigger] DuplicatesTask task, CancellationToken cancellationToken)
    {
        var folder = await JobFolder.OpenAsync(containers, task.Folder, cancellationToken);
        var names = await folder.ListPartsAsync(KeyParts.FoundPrefix, cancellationToken);
        var parts = new List<Stream>();
        try
        {
            var buffer = Math.Clamp(MaxBytes / Math.Max(names.Count, 1), 4 << 10, 64 << 10);
            foreach (var name in names)
                parts.Add(await folder.GetPart(name).OpenReadAsync(bufferSize: buffer, cancellationToken: cancellationToken));
            var count = await MergeAsync(folder, parts, cancellationToken);
            Logs.DuplicatesFound(logger, JobFolder.IdOf(task.Folder), count);
            return count;
        }
        finally
        {
            foreach (var part in parts) await part.DisposeAsync();
        }
    }

    private static async Task<long> MergeAsync(JobFolder folder, List<Stream> parts, CancellationToken cancellationToken)
    {
        await using var merged = new BlockStager(
            folder.GetBlockPart(KeyParts.Duplicates), n => BlockIds.OfFold(0, n), BlockBytes);
        var next = new PriorityQueue<Stream, Duplicate>();
        var entry = new byte[Duplicate.Length];
        foreach (var part in parts) await TakeAsync(part);
        var (count, last) = (0L, -1L);
        while (next.TryDequeue(out var part, out var duplicate))
        {
            if (duplicate.Position != last)
            {
                duplicate.Write(merged.Writer.GetSpan(Duplicate.Length));
                merged.Writer.Advance(Duplicate.Length);
                if (merged.IsFull) await merged.SendFullAsync(cancellationToken);
                last = duplicate.Position;
                count++;
            }

            await TakeAsync(part);
        }

        await merged.CommitAsync(cancellationToken);
        return count;

        async Task TakeAsync(Stream part)
        {
            var read = await part.ReadAtLeastAsync(entry, entry.Length, throwOnEndOfStream: false, cancellationToken);
            if (read == entry.Length) next.Enqueue(part, Duplicate.Read(entry));
            else if (read > 0) throw new EndOfStreamException("A part with duplicates ends within one.");
        }
    }
}
