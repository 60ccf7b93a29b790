using System.Buffers;

namespace Serverless.Csv.Parsing;

/// <summary>The stretch of the input that the current record needs, in pooled memory.</summary>
internal sealed class SlidingBuffer(int size) : IDisposable
{
    // A vector may be loaded from the last byte on.
    private byte[] _bytes = ArrayPool<byte>.Shared.Rent(size + SpecialBytes.BlockSize);
    private int _capacity = size;

    public byte[] Bytes => _bytes;

    /// <summary>The end of what is filled.</summary>
    public int End { get; private set; }

    /// <summary>Drops everything before <paramref name="start"/> and returns the room behind the rest, which is never empty.</summary>
    public Memory<byte> MakeRoom(int start)
    {
        if (start > 0)
        {
            _bytes.AsSpan(start, End - start).CopyTo(_bytes);
            End -= start;
        }

        if (End == _capacity) Grow();
        return _bytes.AsMemory(End, _capacity - End);
    }

    public void Accept(int count) => End += count;

    public void Dispose()
    {
        ArrayPool<byte>.Shared.Return(_bytes);
        _bytes = [];
        End = 0;
    }

    private void Grow()
    {
        _capacity *= 2;
        var larger = ArrayPool<byte>.Shared.Rent(_capacity + SpecialBytes.BlockSize);
        _bytes.AsSpan(0, End).CopyTo(larger);
        ArrayPool<byte>.Shared.Return(_bytes);
        _bytes = larger;
    }
}
