using System.Globalization;
using Serverless.Jobs;

namespace Serverless.CsvJobs.Run;

/// <summary>Decides how a file is cut into ranges, and what they are called.</summary>
internal static class RangePlan
{
    private const long DefaultChunkBytes = 8 << 20;
    private const long MaxDefaultChunkBytes = 64 << 20;
    private const int PreferredRanges = 32;

    // Slow ranges become no smaller, fast ones no larger.
    private const long MinFittedBytes = 1 << 20;
    private const long MaxFittedBytes = 256 << 20;

    // So many for each that is at work: the last ones must not keep a single worker busy while the others have nothing to do.
    private const int RangesPerWorker = 16;

    // What a range costs beside its bytes: an activity, its blobs, its place in the history.
    private static readonly TimeSpan Overhead = TimeSpan.FromSeconds(0.25);

    // A range that takes less costs more for being one than for its bytes.
    private static readonly TimeSpan MinTime = TimeSpan.FromSeconds(2);

    // Each file is asked for by itself, one after the other within a range.
    private const int FilesPerRange = 256;

    // A blob has at most 50,000 blocks, and every range ends with one that is not full.
    private const int MaxRanges = 20_000;

    /// <summary>
    /// The size of a file's ranges: what was asked for, or about 32 ranges of 8 to 64 MiB, which what was measured makes smaller where they
    /// would take over a minute, and fewer where they would take no time; always at most 20,000 ranges.
    /// </summary>
    /// <param name="size">The file's size in bytes.</param>
    /// <param name="requested">What was asked for.</param>
    /// <param name="speed">Bytes a second of one range; null when nothing was measured.</param>
    /// <param name="parallel">How many ranges are at work at once.</param>
    /// <param name="files">How many files have these bytes.</param>
    public static int ChooseChunkBytes(long size, int? requested, Speed? speed = null, int parallel = 1, int files = 1)
    {
        var preferred = requested ?? Math.Clamp(RoundUp(size / PreferredRanges, 1 << 20), DefaultChunkBytes, MaxDefaultChunkBytes);
        if (requested is null && speed is { } known) preferred = Fit(preferred, size, known, parallel);
        if (requested is null && files > FilesPerRange) preferred = Math.Min(preferred, Math.Max(1, size / files) * FilesPerRange);

        // UTF-16 has no character at odd positions.
        return checked((int)RoundUp(Math.Max(preferred, size / MaxRanges), 2));
    }

    /// <summary>The number of ranges from a position on.</summary>
    public static int Count(FileShape shape, long start) => shape.IsSequential
        ? start < shape.Size ? 1 : 0
        : (int)Math.Max(0, (shape.Size - start + shape.ChunkBytes - 1) / shape.ChunkBytes);

    /// <summary>
    /// The range's number in the file; what was split off a range also has its distance from that range's start. Labels sort as ranges do.
    /// </summary>
    public static string Label(FileShape shape, long start)
    {
        if (shape.IsSequential) return "00001";
        var (number, offset) = Math.DivRem(start - shape.DataStart, shape.ChunkBytes);
        return string.Create(CultureInfo.InvariantCulture, $"{number + 1:D5}{(offset == 0 ? "" : $"x{offset:x8}")}");
    }

    private static long Fit(long chunk, long size, Speed speed, int parallel)
    {
        var max = TaskOptimizer.ChooseChunkSize(size, speed);
        if (max < Math.Min(chunk, size)) return Math.Max(max, MinFittedBytes);

        var workers = (int)Math.Clamp(size / chunk, 1, parallel);
        if (size <= MaxFittedBytes && !TaskOptimizer.IsParallelBetter(speed.EstimateTime(size), workers, Overhead))
            return Math.Max(chunk, size);

        var min = TaskOptimizer.ChooseChunkSize(size, speed, MinTime);
        return Math.Max(chunk, Math.Min(Math.Min(min, MaxFittedBytes), size / (parallel * RangesPerWorker)));
    }

    private static long RoundUp(long value, long unit) => (value + unit - 1) / unit * unit;
}
