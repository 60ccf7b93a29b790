using System.Buffers;

namespace Serverless.CsvParsing;

/// <summary>
/// Collects bytes in <see cref="Chunks"/>: it takes the memory of what was written, and grows without a copy. What is asked for at once
/// lies in one piece.
/// </summary>
internal sealed class ChunkedBuffer : IBufferWriter<byte>, IDisposable
{
    private readonly List<ArraySegment<byte>> _full = [];
    private byte[] _last = [];
    private int _lastLength;
    private int _before;

    /// <summary>The number of bytes that were written.</summary>
    public int Length => _before + _lastLength;

    /// <summary>The bytes written so far, in order.</summary>
    public IReadOnlyList<ReadOnlyMemory<byte>> Pieces =>
        [.. _full.Select(f => (ReadOnlyMemory<byte>)f), _last.AsMemory(0, _lastLength)];

    /// <inheritdoc/>
    public void Advance(int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, _last.Length - _lastLength);
        _lastLength += count;
    }

    /// <inheritdoc/>
    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        EnsureRoom(sizeHint);
        return _last.AsMemory(_lastLength);
    }

    /// <inheritdoc/>
    public Span<byte> GetSpan(int sizeHint = 0)
    {
        EnsureRoom(sizeHint);
        return _last.AsSpan(_lastLength);
    }

    /// <summary>Writes bytes that are to lie in one piece.</summary>
    /// <returns>Where they lie, until the buffer is cleared.</returns>
    public ReadOnlyMemory<byte> Keep(ReadOnlySpan<byte> bytes)
    {
        var target = GetMemory(bytes.Length)[..bytes.Length];
        bytes.CopyTo(target.Span);
        Advance(bytes.Length);
        return target;
    }

    /// <summary>Makes room for bytes that are to lie in one piece, and says where, for <see cref="From"/>.</summary>
    public int Mark(int size)
    {
        EnsureRoom(size);
        return (_full.Count * Chunks.Length) + _lastLength;
    }

    /// <summary>The bytes written from a mark on, as far as they lie in one piece.</summary>
    public ReadOnlySpan<byte> From(int mark)
    {
        var (piece, offset) = Math.DivRem(mark, Chunks.Length);
        return piece < _full.Count ? _full[piece].AsSpan(offset) : _last.AsSpan(offset, _lastLength - offset);
    }

    /// <summary>A stream over what was written, without a copy. Nothing may be written or cleared while it is read.</summary>
    public Stream OpenRead() => new ChunkedStream(Pieces, Length);

    /// <summary>Forgets what was written and gives the memory back.</summary>
    public void Clear()
    {
        foreach (var full in _full) Release(full.Array!);
        Release(_last);
        _full.Clear();
        _last = [];
        (_lastLength, _before) = (0, 0);
    }

    /// <inheritdoc/>
    public void Dispose() => Clear();

    // An array of another size is none of the pool's.
    private static void Release(byte[] array)
    {
        if (array.Length == Chunks.Length) Chunks.Return(array);
    }

    private void EnsureRoom(int size)
    {
        // Behind what is larger than a chunk a new one starts: a mark counts in chunks.
        var room = _last.Length > Chunks.Length && _lastLength > 0 ? 0 : _last.Length - _lastLength;
        if (room >= Math.Max(size, 1)) return;
        if (_lastLength > 0) _full.Add(new ArraySegment<byte>(_last, 0, _lastLength));
        else Release(_last);
        _before += _lastLength;
        _last = size > Chunks.Length ? new byte[size] : Chunks.Take();
        _lastLength = 0;
    }
}
