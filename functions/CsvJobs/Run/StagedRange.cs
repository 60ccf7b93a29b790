using Serverless.CsvJobs.Blobs;

namespace Serverless.CsvJobs.Run;

/// <summary>A range's blocks and its rows in a database: enough to name each of them.</summary>
/// <param name="Label">What its files are called.</param>
/// <param name="Start">Where it starts.</param>
/// <param name="End">Where it ends.</param>
/// <param name="First">Where its first record starts.</param>
/// <param name="LastRows">For each of its blocks the last record of the file whose place is in it.</param>
internal sealed record StagedRange(string Label, long Start, long End, long First, IReadOnlyList<long> LastRows)
{
    /// <summary>The blocks of a range whose place is known.</summary>
    public static StagedRange Of(FoldRange range, RangeFacts facts) => new(
        range.Label, range.Start, range.End, range.First, [.. facts.LastRows.Select(r => r + range.RowsBefore)]);

    /// <summary>The blocks' ids.</summary>
    public IEnumerable<string> BlockIdsInOrder() => LastRows.Select((_, n) => BlockIds.OfRange(Start, First, n));
}

/// <summary>A fold's blocks of rejects.</summary>
internal sealed record StagedRejects(int Fold, int Blocks);
