using Serverless.Csv.Proof;
using Serverless.CsvJobs.Blobs;

namespace Serverless.CsvJobs.Run;

/// <summary>A range's blocks and its rows in a database: enough to name each of them.</summary>
/// <param name="Start">Where it starts.</param>
/// <param name="End">Where it ends.</param>
/// <param name="First">Where its first record starts.</param>
/// <param name="Blocks">Its blocks, with the records of the file counted from its start.</param>
/// <param name="Partitions">The blocks of each value, where the output is partitioned.</param>
internal sealed record StagedRange(
    long Start, long End, long First, IReadOnlyList<RangeBlock> Blocks, IReadOnlyList<RangePartition>? Partitions = null)
{
    /// <summary>The blocks of a range whose place is known.</summary>
    public static StagedRange Of(FoldRange range, RangeFacts facts) => new(
        range.Start, range.End, range.First, [.. facts.Blocks.Select(b => b with { LastRow = b.LastRow + range.RowsBefore })],
        facts.Partitions);

    /// <summary>The blocks in order.</summary>
    public IEnumerable<IndexedBlock> ListIndexed() =>
        Blocks.Select((b, n) => new IndexedBlock(BlockIds.OfRange(Start, First, n), b.LastRow, b.Proof));

    /// <summary>The blocks of a partition in order; none when the range has nothing of it.</summary>
    public IEnumerable<StagedBlock> BlocksOf(string partition) =>
        Partitions?.FirstOrDefault(p => p.Name == partition)?.Blocks
            .Select((b, n) => new StagedBlock(BlockIds.OfRange(Start, First, n), b.Proof)) ?? [];
}

/// <summary>A fold's blocks of rejects.</summary>
internal sealed record StagedRejects(int Fold, IReadOnlyList<BlockProof> Blocks);
