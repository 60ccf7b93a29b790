using Serverless.Csv.Proof;
using Serverless.CsvJobs.Blobs;

namespace Serverless.CsvJobs.Run;

/// <summary>A range's blocks and its rows in a database: enough to name each of them.</summary>
/// <param name="Start">Where it starts.</param>
/// <param name="End">Where it ends.</param>
/// <param name="First">Where its first record starts.</param>
/// <param name="Blocks">Its blocks, with the records of the file counted from its start.</param>
/// <param name="Partitions">The same for each value, where the output is partitioned.</param>
/// <param name="Rows">The lists of the records that were staged together, where it is.</param>
internal sealed record StagedRange(
    long Start, long End, long First, IReadOnlyList<RangeBlock> Blocks, IReadOnlyList<RangePartition>? Partitions = null,
    IReadOnlyList<IndexedRows>? Rows = null)
{
    /// <summary>The blocks of a range whose place is known.</summary>
    public static StagedRange Of(FoldRange range, RangeFacts facts) => new(
        range.Start, range.End, range.First, Shift(facts.Blocks, range),
        facts.Partitions is null ? null : [.. facts.Partitions.Select(p => p with { Blocks = Shift(p.Blocks, range) })],
        facts.Rows is null ? null : [.. facts.Rows.Select((r, n) => new IndexedRows(
            BlockIds.OfRange(range.Start, range.First, n), r.LastRow + range.RowsBefore, range.RowsBefore, r.Bytes))]);

    /// <summary>The blocks in order.</summary>
    public IEnumerable<IndexedBlock> ListIndexed() => ListIndexed(Blocks);

    /// <summary>The blocks of a partition in order; none when the range has nothing of it.</summary>
    public IEnumerable<IndexedBlock> ListIndexed(string partition) =>
        Partitions?.FirstOrDefault(p => p.Name == partition) is { } found ? ListIndexed(found.Blocks) : [];

    private static IReadOnlyList<RangeBlock> Shift(IReadOnlyList<RangeBlock> blocks, FoldRange range) =>
        [.. blocks.Select(b => b with { LastRow = b.LastRow + range.RowsBefore })];

    private IEnumerable<IndexedBlock> ListIndexed(IReadOnlyList<RangeBlock> blocks) =>
        blocks.Select((b, n) => new IndexedBlock(BlockIds.OfRange(Start, First, n), b.LastRow, b.Proof));
}

/// <summary>A fold's blocks of rejects.</summary>
internal sealed record StagedRejects(int Fold, IReadOnlyList<BlockProof> Blocks);
