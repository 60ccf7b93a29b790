using Azure;
using Azure.Storage.Blobs.Models;
using Azure.Storage.Blobs.Specialized;
using Parquet;
using Serverless.Csv.Output;
using Serverless.Csv.Proof;
using Serverless.Csv.Schema;
using Serverless.CsvJobs.Blobs;
using Serverless.CsvJobs.Run;
using Serverless.Storage;

namespace Serverless.CsvJobs.Mending;

/// <summary>
/// Stages the row groups of a Parquet file that mended records come into, and a footer in which all others stand as they were.
/// </summary>
/// <param name="blob">The file.</param>
/// <param name="own">Its blocks.</param>
/// <param name="plan">How it is written.</param>
/// <param name="schema">The schema.</param>
/// <param name="round">The round that mends it.</param>
internal sealed class ParquetRewriter(BlockBlobClient blob, OwnBlocks own, CsvPlan plan, TableSchema schema, string round) : IBlockRewriter
{
    private const int ReadBytes = 1 << 20;
    private static readonly int EndLength = sizeof(int) + ParquetFooter.Magic.Length;

    private readonly BlobRequestConditions _conditions = new() { IfMatch = own.ETag };
    private readonly List<IndexedBlock> _index = [];
    private ParquetFooter? _footer;
    private long _length = ParquetFooter.Magic.Length;

    public async Task<RewrittenBlocks> StageAsync(
        IReadOnlyList<IndexedBlock?> blocks, IInsertions insertions, CancellationToken cancellationToken)
    {
        _footer = new ParquetFooter(await ParquetFooter.WriteEmptyAsync(schema, cancellationToken));
        await using var file = own.IsNew ? null : await OpenAsync(cancellationToken);
        var added = insertions.All.ToLookup(i => i.Block);
        for (var number = 0; number < Math.Max(blocks.Count, 1); number++)
        {
            var block = blocks.ElementAtOrDefault(number);
            if (!added[number].Any() && block is not null) Keep(file!, block);
            else if (added[number].Any()) await RewriteAsync(file, number, block, insertions, [.. added[number]], cancellationToken);
        }

        var end = _footer.Build();
        var id = BlockIds.OfMend(round, BlockIds.MendedFooter, 0);
        var proof = await StageAsync(id, end, cancellationToken);
        return new RewrittenBlocks(_index, id, proof);
    }

    private async Task<ParquetSource> OpenAsync(CancellationToken cancellationToken)
    {
        var options = new BlobOpenReadOptions(allowModifications: false) { BufferSize = ReadBytes, Conditions = _conditions };
        var stream = await blob.OpenReadAsync(options, cancellationToken);
        var reader = await ParquetReader.CreateAsync(stream, cancellationToken: cancellationToken);
        var (offset, length) = own.Places[own.Footer!];
        var footer = await ReadAsync(offset, length, cancellationToken);
        return new ParquetSource(stream, reader, footer[..^EndLength]);
    }

    private void Keep(ParquetSource file, IndexedBlock block)
    {
        var (offset, length) = own.Places[block.Id];
        foreach (var group in file.ListGroups(offset, length)) _footer!.Add(file.StructureOf(group), group.Rows, _length - offset);
        _length += length;
        _index.Add(block);
    }

    private async Task RewriteAsync(
        ParquetSource? file, int number, IndexedBlock? block, IInsertions insertions, IReadOnlyList<Insertion> added,
        CancellationToken cancellationToken)
    {
        using var content = new MemoryStream();
        var rest = added.AsEnumerable();
        if (block is not null)
        {
            var (offset, length) = own.Places[block.Id];
            var bytes = await ReadAsync(offset, length, cancellationToken);
            if (ByteHash.Of(plan.Proof, bytes.Span) != block.Proof.Hash)
                throw new CsvJobException($"Block {number + 1} of the clean output is not what the job wrote: nothing was changed.");
            var before = 0L;
            foreach (var group in file!.ListGroups(offset, length))
            {
                var (first, rows) = (before, group.Rows);
                var comes = rest.TakeWhile(i => i.Before <= first + rows).ToList();
                rest = rest.Skip(comes.Count).ToList();
                before += rows;
                if (comes.Count > 0)
                {
                    await WriteAsync(content, file.Reader, group, first, insertions, comes, cancellationToken);
                    continue;
                }

                _footer!.Add(file.StructureOf(group), rows, _length + content.Length - group.Start);
                content.Write(bytes.Span.Slice((int)(group.Start - offset), (int)(group.End - group.Start)));
            }
        }

        if (rest.Any())
        {
            if (block is not null) throw new CsvJobException("The clean output has fewer records than the job wrote.");
            await WriteAsync(content, null, null, 0, insertions, [.. rest], cancellationToken);
        }

        var id = BlockIds.OfMend(round, number, 0);
        var proof = await StageAsync(id, content.ToArray(), cancellationToken);
        _index.Add(new IndexedBlock(id, Math.Max(block?.LastRow ?? 0, added[^1].Row), proof));
        _length += proof.Bytes;
    }

    private async Task WriteAsync(
        MemoryStream content, ParquetReader? reader, ParquetGroup? group, long before, IInsertions insertions,
        IReadOnlyList<Insertion> added, CancellationToken cancellationToken)
    {
        await using var writer = new ParquetRecordWriter(schema.Written);
        if (group is not null) await writer.LoadAsync(reader!, group.Number, cancellationToken);
        var at = 0;
        foreach (var insertion in added)
        {
            for (; at < insertion.Before - before; at++) writer.CopyRecord(at);
            ReplayableWriter.Replay(insertions.BytesOf(insertion), writer);
        }

        for (; at < (group?.Rows ?? 0); at++) writer.CopyRecord(at);
        await writer.CompleteAsync(cancellationToken);
        var part = new ParquetPart();
        var bytes = part.Take(writer.Pending, isEnd: true);
        _footer!.Add(part.Footer.Span, _length + content.Length - ParquetFooter.Magic.Length);
        content.Write(bytes.Span);
    }

    private async Task<ReadOnlyMemory<byte>> ReadAsync(long offset, long length, CancellationToken cancellationToken)
    {
        var options = new BlobDownloadOptions { Range = new HttpRange(offset, length), Conditions = _conditions };
        return (await blob.DownloadContentAsync(options, cancellationToken)).Value.Content.ToMemory();
    }

    private async Task<BlockProof> StageAsync(string id, ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        using var content = BinaryData.FromBytes(bytes).ToStream();
        await blob.StageBlockAsync(id, content, cancellationToken: cancellationToken);
        return new BlockProof(bytes.Length, ByteHash.Of(plan.Proof, bytes.Span));
    }
}

/// <summary>A Parquet file that is read.</summary>
/// <param name="stream">The file.</param>
/// <param name="reader">Reads it.</param>
/// <param name="footer">Its footer.</param>
internal sealed class ParquetSource(Stream stream, ParquetReader reader, ReadOnlyMemory<byte> footer) : IAsyncDisposable
{
    private readonly IReadOnlyList<ParquetGroup> _groups = ListGroups(reader);
    private readonly IReadOnlyList<Range> _structures = ParquetFooter.ListGroups(footer.Span);

    public ParquetReader Reader => reader;

    /// <summary>The structure of a row group in the footer.</summary>
    public ReadOnlySpan<byte> StructureOf(ParquetGroup group) => footer.Span[_structures[group.Number]];

    /// <summary>The row groups that begin within a stretch of the file, which has no part of others.</summary>
    public IEnumerable<ParquetGroup> ListGroups(long offset, long length) => _groups
        .Where(g => g.Start >= offset && g.Start < offset + length).Select(g => g with { End = Math.Min(g.End, offset + length) });

    public async ValueTask DisposeAsync()
    {
        await reader.DisposeAsync();
        await stream.DisposeAsync();
    }

    private static List<ParquetGroup> ListGroups(ParquetReader reader)
    {
        var groups = new List<ParquetGroup>();
        foreach (var (number, group) in reader.Metadata!.RowGroups.Index())
        {
            var start = group.Columns.Min(
                c => Math.Min(c.MetaData!.DataPageOffset, c.MetaData.DictionaryPageOffset is > 0 and var d ? d : long.MaxValue));
            if (number > 0) groups[^1] = groups[^1] with { End = start };
            groups.Add(new ParquetGroup(number, start, long.MaxValue, (int)group.NumRows));
        }

        return groups;
    }
}

/// <summary>A row group of a file.</summary>
/// <param name="Number">Its number.</param>
/// <param name="Start">Where it starts.</param>
/// <param name="End">Where it ends.</param>
/// <param name="Rows">Its records.</param>
internal sealed record ParquetGroup(int Number, long Start, long End, int Rows);
