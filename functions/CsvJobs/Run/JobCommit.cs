using Serverless.Csv.Output;
using Serverless.Csv.Proof;
using Serverless.Csv.Schema;
using Serverless.CsvJobs.Blobs;
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
            state.ListBlocks().Select(b => new StagedBlock(b.Id, b.Proof)), Outputs.CleanType(plan), cancellationToken);
        return [plan.Output == CsvOutput.Parquet ? await AddFooterAsync(folder, plan, schema, state, output, cancellationToken) : output];
    }

    /// <summary>Stages what the rejects still lack; without any, <c>rejects.csv</c> has its header only.</summary>
    public static Task<StagedOutput> StageRejectsAsync(
        JobFolder folder, HashKind hash, FoldState state, CancellationToken cancellationToken) =>
        StagedOutput.StageAsync(
            folder, Outputs.Rejects, hash, state.Files is null ? RejectPart.Header : RejectPart.HeaderOfFiles, state.RejectBlocks(),
            "text/csv", cancellationToken);

    private static async Task<IReadOnlyList<StagedOutput>> StagePartitionsAsync(
        JobFolder folder, CsvPlan plan, TableSchema schema, FoldState state, CancellationToken cancellationToken)
    {
        var head = Outputs.CleanHead(plan, schema, hasRecords: true);
        var outputs = new List<StagedOutput>();
        foreach (var chunk in state.ListPartitions().Chunk(ParallelReads))
        {
            outputs.AddRange(await Task.WhenAll(chunk.Select(name => StagedOutput.StageAsync(
                folder, Outputs.BuildPartitionName(plan, name), plan.Proof, head, state.Ranges.SelectMany(r => r.BlocksOf(name)),
                Outputs.CleanType(plan), cancellationToken))));
        }

        return outputs;
    }

    private static async Task<StagedOutput> AddFooterAsync(
        JobFolder folder, CsvPlan plan, TableSchema schema, FoldState state, StagedOutput output, CancellationToken cancellationToken)
    {
        var footer = new ParquetFooter(await WriteEmptyFooterAsync(schema, cancellationToken));
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

        var bytes = footer.Build();
        using var end = new MemoryStream(bytes);
        await output.Blob.StageBlockAsync(BlockIds.OfFooter, end, cancellationToken: cancellationToken);
        var last = new StagedBlock(BlockIds.OfFooter, new BlockProof(bytes.Length, ByteHash.Of(plan.Proof, bytes)));
        return output with { Blocks = [.. output.Blocks, last] };
    }

    // It has the columns, which a file without records shows too.
    private static async Task<ReadOnlyMemory<byte>> WriteEmptyFooterAsync(TableSchema schema, CancellationToken cancellationToken)
    {
        await using var writer = RecordWriters.Create(schema, CsvOutput.Parquet);
        await writer.CompleteAsync(cancellationToken);
        var file = new ParquetPart();
        file.Take(writer.Pending, isEnd: true);
        return file.Footer;
    }
}
