using System.Globalization;

namespace Serverless.Csv.Jobs.Run;

/// <summary>Decides how a file is cut into ranges, and what they are called.</summary>
public static class RangePlan
{
    private const long DefaultChunkBytes = 8 << 20;
    private const long MaxDefaultChunkBytes = 64 << 20;
    private const int PreferredRanges = 32;

    // A blob has at most 50,000 blocks, and every range ends with one that is not full.
    private const int MaxRanges = 20_000;

    /// <summary>The size of a file's ranges: what was asked for, or about 32 ranges of 8 to 64 MiB; always at most 20,000 ranges.</summary>
    public static int ChooseChunkBytes(long size, int? requested)
    {
        var preferred = requested ?? Math.Clamp(RoundUp(size / PreferredRanges, 1 << 20), DefaultChunkBytes, MaxDefaultChunkBytes);

        // UTF-16 has no character at odd positions.
        return checked((int)RoundUp(Math.Max(preferred, size / MaxRanges), 2));
    }

    /// <summary>How many ranges there are from a position on.</summary>
    public static int Count(FileShape shape, long start) => shape.IsSequential
        ? start < shape.Size ? 1 : 0
        : (int)Math.Max(0, (shape.Size - start + shape.ChunkBytes - 1) / shape.ChunkBytes);

    /// <summary>The range's number in the file; what was split off a range also has its distance from that range's start. Labels sort as ranges do.</summary>
    public static string Label(FileShape shape, long start)
    {
        if (shape.IsSequential) return "00001";
        var (number, offset) = Math.DivRem(start - shape.DataStart, shape.ChunkBytes);
        return string.Create(CultureInfo.InvariantCulture, $"{number + 1:D5}{(offset == 0 ? "" : $"x{offset:x8}")}");
    }

    private static long RoundUp(long value, long unit) => (value + unit - 1) / unit * unit;
}
