namespace Serverless.Csv.Ranges;

/// <summary>All that a <see cref="RangeChain"/> remembers, for a queue or a history: as large as the window.</summary>
/// <param name="Length">The file's length in bytes.</param>
/// <param name="RangeBytes">The size of a range.</param>
/// <param name="Planned">Where the next range starts.</param>
/// <param name="Proven">Where the first record starts that is not proven.</param>
/// <param name="Rows">The records before it.</param>
/// <param name="Lines">The physical lines before it.</param>
/// <param name="Rereads">The readings that proved wrong.</param>
/// <param name="Open">The ranges that are planned and not proven, in order.</param>
internal sealed record RangeChainState(
    long Length, int RangeBytes, long Planned, long Proven, long Rows, long Lines, int Rereads, IReadOnlyList<OpenRange> Open);

/// <summary>A range between its plan and its proof.</summary>
/// <param name="Range">The range.</param>
/// <param name="First">Where it is, or was, read from; null for a speculation.</param>
/// <param name="InFlight">It was handed out and has not come back.</param>
/// <param name="Result">What was found, unless a neighbour disagreed.</param>
internal sealed record OpenRange(ByteRange Range, long? First = null, bool InFlight = false, RangeResult? Result = null);
