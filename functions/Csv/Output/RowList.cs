namespace Serverless.Csv.Output;

/// <summary>Ascending numbers of records, each as its distance from the one before: a byte mostly.</summary>
internal sealed class RowList
{
    private const int MoreBit = 0x80, ValueBits = 7;

    private readonly PendingBuffer _bytes = new(64);
    private long _last;

    public ReadOnlySpan<byte> Bytes => _bytes.Span;

    /// <summary>Reads all numbers.</summary>
    public static List<long> Read(ReadOnlySpan<byte> bytes)
    {
        var rows = new List<long>();
        var (last, value, shift) = (0L, 0UL, 0);
        foreach (var b in bytes)
        {
            value |= (ulong)(b & ~MoreBit) << shift;
            shift += ValueBits;
            if ((b & MoreBit) != 0) continue;
            last += (long)(value >> 1) ^ -(long)(value & 1);
            rows.Add(last);
            (value, shift) = (0, 0);
        }

        return rows;
    }

    public void Add(long row)
    {
        // The first may lie before the start that is counted from.
        var distance = row - _last;
        var value = (ulong)((distance << 1) ^ (distance >> 63));
        for (; value >= MoreBit; value >>= ValueBits) _bytes.Append((byte)(value | MoreBit));
        _bytes.Append((byte)value);
        _last = row;
    }
}
