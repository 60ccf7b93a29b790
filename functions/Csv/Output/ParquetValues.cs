namespace Serverless.Csv.Output;

/// <summary>The values of a column's page at hand: bytes that grow at their end and can be cut back to a mark.</summary>
internal sealed class ParquetValues
{
    private readonly List<ArraySegment<byte>> _pieces = [];

    // The room that is left in the last piece.
    private byte[] _bytes = [];
    private int _at;
    private int _end;

    /// <summary>The number of bytes.</summary>
    public int Length => (_pieces.Count * ParquetMemory.PieceBytes) - (_end - _at);

    /// <summary>Adds bytes.</summary>
    /// <param name="bytes">The bytes.</param>
    /// <param name="memory">Lends the pieces that they lie in.</param>
    public void Append(ReadOnlySpan<byte> bytes, ParquetMemory memory)
    {
        for (int room; bytes.Length > (room = _end - _at); bytes = bytes[room..])
        {
            bytes[..room].CopyTo(_bytes.AsSpan(_at));
            _pieces.Add(memory.Take());
            SetRoom(0);
        }

        bytes.CopyTo(_bytes.AsSpan(_at));
        _at += bytes.Length;
    }

    /// <summary>Forgets what is behind the first bytes.</summary>
    /// <param name="length">How many stay.</param>
    /// <param name="memory">Takes the pieces back.</param>
    public void Truncate(int length, ParquetMemory memory)
    {
        var kept = (length + ParquetMemory.PieceBytes - 1) / ParquetMemory.PieceBytes;
        for (var i = kept; i < _pieces.Count; i++) memory.Return(_pieces[i]);
        _pieces.RemoveRange(kept, _pieces.Count - kept);
        if (kept == 0) (_bytes, _at, _end) = ([], 0, 0);
        else SetRoom(length - ((kept - 1) * ParquetMemory.PieceBytes));
    }

    /// <summary>Copies them to the end of a page.</summary>
    /// <returns>Where they lie in it.</returns>
    public Span<byte> CopyTo(PendingBuffer page)
    {
        var start = page.Length;
        var left = Length;
        foreach (var piece in _pieces)
        {
            var count = Math.Min(left, piece.Count);
            page.Append(piece.AsSpan(0, count));
            left -= count;
        }

        return page.Span[start..];
    }

    private void SetRoom(int used)
    {
        var last = _pieces[^1];
        (_bytes, _at, _end) = (last.Array!, last.Offset + used, last.Offset + last.Count);
    }
}
