using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.InteropServices;
using Serverless.CsvParsing;
using Snappier;

namespace Serverless.Csv.Output;

/// <summary>Puts a page together and packs it: one for all columns of a file, since they end their pages one after the other.</summary>
/// <param name="packed">Takes the packed pages.</param>
internal sealed class ParquetPage(ChunkedBuffer packed) : IDisposable
{
    // By the format's parquet.thrift.
    private const int DataPage = 0, Plain = 0, RunLength = 3;

    private readonly PendingBuffer _head = new(64);
    private byte[] _packed = [];

    /// <summary>Has the values until their page ends.</summary>
    public ParquetMemory Memory { get; } = new();

    /// <summary>The page before it is packed.</summary>
    public PendingBuffer Content { get; } = new(1024);

    /// <summary>The bytes of the page that was packed last, without what stands before it.</summary>
    public int PackedLength { get; private set; }

    /// <summary>The bits that are set among the first ones.</summary>
    public static int Count(ReadOnlySpan<byte> bits, int length)
    {
        var (bytes, rest) = Math.DivRem(length, 8);
        var count = rest == 0 ? 0 : BitOperations.PopCount(bits[bytes] & ((1u << rest) - 1));
        foreach (var word in MemoryMarshal.Cast<byte, ulong>(bits[..bytes])) count += BitOperations.PopCount(word);
        foreach (var part in bits[..bytes][(bytes & ~7)..]) count += BitOperations.PopCount(part);
        return count;
    }

    /// <summary>Starts a page: with the rows whose value is not missing.</summary>
    /// <param name="present">A bit for each row, the first in the lowest bit.</param>
    /// <param name="rows">How many rows.</param>
    /// <param name="count">How many have a value.</param>
    public void Begin(ReadOnlySpan<byte> present, int rows, int count)
    {
        Content.Truncate(sizeof(int));
        if (count == rows || count == 0)
        {
            // One run of the same.
            AppendUnsigned((uint)rows << 1);
            Content.Append((byte)(count == 0 ? 0 : 1));
        }
        else
        {
            var bytes = (rows + 7) / 8;
            AppendUnsigned(((uint)bytes << 1) | 1);
            Content.Append(present[..bytes]);
        }

        BinaryPrimitives.WriteInt32LittleEndian(Content.Span, Content.Length - sizeof(int));
    }

    /// <summary>Packs it.</summary>
    /// <returns>The page as it stands in the file, until the row group is stored.</returns>
    public ReadOnlyMemory<byte> Pack(int rows)
    {
        var room = Snappy.GetMaxCompressedLength(Content.Length);
        if (_packed.Length < room) _packed = new byte[room];
        PackedLength = Snappy.Compress(Content.Span, _packed);
        _head.Truncate(0);
        var head = new ThriftWriter(_head);
        head.WriteInt32(1, DataPage);
        head.WriteInt32(2, Content.Length);
        head.WriteInt32(3, PackedLength);
        var page = head.Open(5);
        page.WriteInt32(1, rows);
        page.WriteInt32(2, Plain);
        page.WriteInt32(3, RunLength);
        page.WriteInt32(4, RunLength);
        page.End();
        head.End();
        _head.Append(_packed.AsSpan(0, PackedLength));
        return packed.Keep(_head.Span);
    }

    public void Dispose() => Memory.Dispose();

    private void AppendUnsigned(uint value)
    {
        for (; value >= 0x80; value >>= 7) Content.Append((byte)(value | 0x80));
        Content.Append((byte)value);
    }
}
