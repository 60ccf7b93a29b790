namespace Serverless.Csv.Ranges;

/// <summary>The facts of a range that its neighbours need.</summary>
/// <param name="Range">The range.</param>
/// <param name="First">Where its first record starts, in raw bytes; <paramref name="Next"/> if it owns none.</param>
/// <param name="Next">Where the first record behind it starts; the file's length if there is none.</param>
/// <param name="Rows">The records it owns.</param>
/// <param name="Lines">The physical lines that those records take.</param>
internal sealed record RangeResult(ByteRange Range, long First, long Next, long Rows, long Lines);
