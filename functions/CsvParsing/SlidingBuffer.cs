using System.Buffers;

namespace Serverless.CsvParsing;

/// <summary>The stretch of the input that the current record needs, in pooled memory.</summary>
internal sealed class SlidingBuffer(int size) : IDisposable
{
    // A vector may be loaded from the last byte on.
    private byte[] _bytes = ArrayPool<byte>.Shared.Rent(size + SpecialBytes.BlockSize);
    private int _capacity = size;

    public byte[] Bytes => _bytes;

    /// <summary>The end of what is filled.</summary>
    public int End { get; private set; }

    /// <summary>
    /// Returns the room behind what is filled, which is never empty; what lies before <paramref name="start"/> may be dropped for it.
    /// </summary>
    public Memory<byte> MakeRoom(int start, out int moved)
    {
        // What is kept of a long record must not be moved for each of many small portions.
        var kept = End - start;
        var isFull = End == _capacity;
        moved = kept <= start || isFull ? start : 0;
        if (isFull && start <= _capacity / 4) Replace(_capacity * 2, start);
        else if (moved > 0) _bytes.AsSpan(start, kept).CopyTo(_bytes);
        End -= moved;
        return _bytes.AsMemory(End, _capacity - End);
    }

    public void Accept(int count) => End += count;

    public void Dispose()
    {
        ArrayPool<byte>.Shared.Return(_bytes);
        _bytes = [];
        End = 0;
    }

    private void Replace(int capacity, int start)
    {
        _capacity = capacity;
        var larger = ArrayPool<byte>.Shared.Rent(capacity + SpecialBytes.BlockSize);
        _bytes.AsSpan(start, End - start).CopyTo(larger);
        ArrayPool<byte>.Shared.Return(_bytes);
        _bytes = larger;
    }
}
