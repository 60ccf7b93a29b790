using Azure;
using Azure.Storage.Blobs.Models;
using Azure.Storage.Blobs.Specialized;
using Serverless.Csv.Output;
using Serverless.CsvJobs.Blobs;
using Serverless.CsvJobs.Run;
using Serverless.Storage;

namespace Serverless.CsvJobs.Mending;

/// <summary>Stages the blocks of a text that mended records come into, each record where its line ends.</summary>
/// <param name="blob">The file.</param>
/// <param name="own">Its blocks.</param>
/// <param name="plan">How it is written.</param>
/// <param name="round">The round that mends it.</param>
internal sealed class TextRewriter(BlockBlobClient blob, OwnBlocks own, CsvPlan plan, string round) : IBlockRewriter
{
    // Two blocks of memory each.
    private const int ParallelBlocks = 4;

    private readonly BlobRequestConditions _conditions = new() { IfMatch = own.ETag };

    public async Task<RewrittenBlocks> StageAsync(
        IReadOnlyList<IndexedBlock?> blocks, IInsertions insertions, CancellationToken cancellationToken)
    {
        IReadOnlyList<IndexedBlock>[] index = blocks.Count == 0
            ? [[]] : [.. blocks.Select(b => b is null ? [] : (IReadOnlyList<IndexedBlock>)[b])];
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = ParallelBlocks, CancellationToken = cancellationToken };
        await Parallel.ForEachAsync(insertions.All.GroupBy(i => i.Block), parallel, async (added, token) =>
            index[added.Key] = await RewriteAsync(added.Key, blocks.ElementAtOrDefault(added.Key), insertions, [.. added], token));
        return new RewrittenBlocks([.. index.SelectMany(b => b)]);
    }

    private async Task<IReadOnlyList<IndexedBlock>> RewriteAsync(
        int number, IndexedBlock? block, IInsertions insertions, IReadOnlyList<Insertion> added, CancellationToken cancellationToken)
    {
        var content = ReadOnlyMemory<byte>.Empty;
        if (block is not null)
        {
            var (offset, length) = own.Places[block.Id];
            var options = new BlobDownloadOptions { Range = new HttpRange(offset, length), Conditions = _conditions };
            content = (await blob.DownloadContentAsync(options, cancellationToken)).Value.Content.ToMemory();
            if (ByteHash.Of(plan.Proof, content.Span) != block.Proof.Hash)
                throw new CsvJobException($"Block {number + 1} of the clean output is not what the job wrote: nothing was changed.");
            if (plan.Compression == CsvCompression.Gzip) content = GzipMember.Read(content);
        }

        var lastRows = new List<(string Id, long Row)>();
        await using var stager = new BlockStager(
            blob, n => BlockIds.OfMend(round, number, n), plan.BlockBytes, plan.Proof, plan.Compression);
        var (at, before) = (0, 0L);
        foreach (var insertion in added)
        {
            var end = RecordEnd(content.Span, at, insertion.Before - before);
            stager.Write(content.Span[at..end]);
            stager.Write(insertions.BytesOf(insertion));
            (at, before) = (end, insertion.Before);
            if (!stager.IsFull) continue;

            // Only here it is known which record of the file was the last.
            lastRows.Add((BlockIds.OfMend(round, number, stager.Blocks), insertion.Row));
            await stager.SendFullAsync(cancellationToken);
        }

        if (at < content.Length || !stager.IsEmpty)
        {
            stager.Write(content.Span[at..]);
            lastRows.Add((BlockIds.OfMend(round, number, stager.Blocks), Math.Max(block?.LastRow ?? 0, added[^1].Row)));
        }

        await stager.FinishAsync(cancellationToken);
        return [.. lastRows.Zip(stager.Proofs, (last, proof) => new IndexedBlock(last.Id, last.Row, proof))];
    }

    // As the job's own writers end records: a line feed, in CSV outside quotes.
    private int RecordEnd(ReadOnlySpan<byte> bytes, int at, long records)
    {
        var isQuoted = false;
        for (; records > 0; at++)
        {
            if (at == bytes.Length) throw new CsvJobException("The clean output has fewer records than the job wrote.");
            if (bytes[at] == '"' && plan.Output == CsvOutput.Csv) isQuoted = !isQuoted;
            else if (bytes[at] == '\n' && !isQuoted) records--;
        }

        return at;
    }
}
