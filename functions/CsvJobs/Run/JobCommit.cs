using Serverless.Csv.Output;
using Serverless.Csv.Proof;
using Serverless.Csv.Schema;
using Serverless.CsvJobs.Blobs;
using Serverless.CsvJobs.Sets;
using Serverless.Storage;

namespace Serverless.CsvJobs.Run;

/// <summary>Puts outputs together from the blocks that ranges and folds have staged.</summary>
internal static class JobCommit
{
    private const int ParallelReads = 8;

    /// <summary>Stages what the clean output still lacks.</summary>
    public static async Task<IReadOnlyList<StagedOutput>> StageCleanAsync(
        JobFolder folder, CsvPlan plan, TableSchema schema, FoldState state, CancellationToken cancellationToken)
    {
        if (plan.PartitionBy is not null) return await StagePartitionsAsync(folder, plan, schema, state, cancellationToken);
        var output = await StagedOutput.StageAsync(
            folder, Outputs.CleanName(plan), plan.Proof, Outputs.CleanHead(plan, schema, hasRecords: state.Ranges.Count > 0),
            state.ListBlocks().Select(Staged), Outputs.CleanType(plan), cancellationToken);
        return [plan.Output == CsvOutput.Parquet ? await AddFooterAsync(folder, plan, schema, state, output, cancellationToken) : output];
    }

    /// <summary>The files of clean records as they are committed.</summary>
    public static IReadOnlyList<IndexedOutput> ListOutputs(CsvPlan plan, FoldState state)
    {
        var footer = plan.Output == CsvOutput.Parquet ? BlockIds.OfFooter : null;
        return plan.PartitionBy is null
            ? [new IndexedOutput(Outputs.CleanName(plan), [.. state.ListBlocks()], footer)]
            : [.. state.ListPartitions().Select(
                name => new IndexedOutput(Outputs.BuildPartitionName(plan, name), [.. state.ListBlocks(name)], footer))];
    }

    /// <summary>Makes the lists of the records of partitions whole, which nobody but later rounds of mending reads.</summary>
    public static async Task<IReadOnlyList<IndexedRows>?> CommitRowsAsync(
        JobFolder folder, CsvPlan plan, FoldState state, CancellationToken cancellationToken)
    {
        if (plan.PartitionBy is null) return null;
        IReadOnlyList<IndexedRows> places = [.. state.Ranges.SelectMany(r => r.Rows ?? [])];
        await folder.GetOutput(PartitionRows.Name).CommitBlockListAsync(places.Select(p => p.Id), cancellationToken: cancellationToken);
        return places;
    }

    /// <summary>Stages what the rejects still lack; without any, <c>rejects.csv</c> has its header only.</summary>
    public static Task<StagedOutput> StageRejectsAsync(
        JobFolder folder, HashKind hash, FoldState state, CancellationToken cancellationToken) =>
        StagedOutput.StageAsync(
            folder, Outputs.Rejects, hash, state.Files is null ? RejectPart.Header : RejectPart.HeaderOfFiles, state.RejectBlocks(),
            "text/csv", cancellationToken);

    /// <summary>The hashes of all that was read and is written; null when an earlier version read some of it.</summary>
    public static JobProof? BuildProof(CsvPlan plan, FileShape shape, FoldState state, IReadOnlyList<StagedOutput> outputs)
    {
        if (state.Pieces is not { } pieces) return null;
        var input = plan.Files is { } files ? ListPieces(files, pieces)
            : plan.IsSequential ? pieces : [new InputPiece(0, shape.DataStart, plan.HeadHash), .. pieces];
        return new JobProof(plan.Proof, input.Count == 0 ? 0 : plan.Size, input, [.. outputs.Select(o => o.Proof)]);
    }

    // Each file with what is above its first record, which ranges do not read; so files without records are there, too.
    private static List<InputPiece> ListPieces(IReadOnlyList<InputFile> files, IReadOnlyList<InputPiece> read)
    {
        var all = new List<InputPiece>(read.Count + files.Count);
        if (files.Any(f => f.HeadHash is null)) return all;
        var at = 0;
        foreach (var file in files)
        {
            if (!file.IsSequential) all.Add(new InputPiece(0, file.First, file.HeadHash!, File: file.Path));
            for (; at < read.Count && read[at].File == file.Path; at++) all.Add(read[at]);
        }

        return all;
    }

    private static async Task<IReadOnlyList<StagedOutput>> StagePartitionsAsync(
        JobFolder folder, CsvPlan plan, TableSchema schema, FoldState state, CancellationToken cancellationToken)
    {
        var head = Outputs.CleanHead(plan, schema, hasRecords: true);
        var footers = plan.Output == CsvOutput.Parquet ? await MergeFootersAsync(folder, schema, state, cancellationToken) : null;
        var outputs = new List<StagedOutput>();
        foreach (var chunk in state.ListPartitions().Chunk(ParallelReads))
        {
            outputs.AddRange(await Task.WhenAll(chunk.Select(async name =>
            {
                var output = await StagedOutput.StageAsync(
                    folder, Outputs.BuildPartitionName(plan, name), plan.Proof, head, state.ListBlocks(name).Select(Staged),
                    Outputs.CleanType(plan), cancellationToken);
                return footers is null ? output : await AddAsync(output, footers[name], plan, cancellationToken);
            })));
        }

        return outputs;
    }

    private static StagedBlock Staged(IndexedBlock block) => new(block.Id, block.Proof);

    private static async Task<IReadOnlyDictionary<string, ParquetFooter>> MergeFootersAsync(
        JobFolder folder, TableSchema schema, FoldState state, CancellationToken cancellationToken)
    {
        var empty = await ParquetFooter.WriteEmptyAsync(schema, cancellationToken);
        var merged = new Dictionary<string, (ParquetFooter Footer, long Before)>(StringComparer.Ordinal);
        foreach (var chunk in state.Ranges.Chunk(ParallelReads))
        {
            var read = await Task.WhenAll(chunk.Select(r => PartitionFooters.LoadAsync(folder, r, cancellationToken)));
            foreach (var (range, partitions) in chunk.Zip(read))
            {
                foreach (var (name, footers) in partitions)
                {
                    if (!merged.TryGetValue(name, out var so)) so = (new ParquetFooter(empty), 0);
                    foreach (var (block, footer) in range.ListIndexed(name).Zip(footers))
                    {
                        so.Footer.Add(footer.Span, so.Before);
                        so.Before += block.Proof.Bytes;
                    }

                    merged[name] = so;
                }
            }
        }

        return merged.ToDictionary(m => m.Key, m => m.Value.Footer, StringComparer.Ordinal);
    }

    private static async Task<StagedOutput> AddFooterAsync(
        JobFolder folder, CsvPlan plan, TableSchema schema, FoldState state, StagedOutput output, CancellationToken cancellationToken)
    {
        var footer = new ParquetFooter(await ParquetFooter.WriteEmptyAsync(schema, cancellationToken));
        var before = 0L;
        foreach (var chunk in state.Ranges.Chunk(ParallelReads))
        {
            var read = await Task.WhenAll(
                chunk.Select(r => folder.GetPart(Parts.BuildFooterName(r.Start, r.First)).DownloadContentAsync(cancellationToken)));
            foreach (var (range, content) in chunk.Zip(read))
            {
                footer.Add(content.Value.Content.ToMemory().Span, before);
                before += range.Blocks.Sum(b => b.Proof.Bytes);
            }
        }

        return await AddAsync(output, footer, plan, cancellationToken);
    }

    private static async Task<StagedOutput> AddAsync(
        StagedOutput output, ParquetFooter footer, CsvPlan plan, CancellationToken cancellationToken)
    {
        var bytes = footer.Build();
        using var end = BinaryData.FromBytes(bytes).ToStream();
        await output.Blob.StageBlockAsync(BlockIds.OfFooter, end, cancellationToken: cancellationToken);
        var last = new StagedBlock(BlockIds.OfFooter, new BlockProof(bytes.Length, ByteHash.Of(plan.Proof, bytes.Span)));
        return output with { Blocks = [.. output.Blocks, last] };
    }
}
