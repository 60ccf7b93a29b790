namespace Serverless.CsvParsing;

/// <summary>Reads pieces one after the other; a request that is repeated starts again from where it did.</summary>
/// <param name="pieces">The pieces.</param>
/// <param name="length">Their length together.</param>
internal sealed class ChunkedStream(IReadOnlyList<ReadOnlyMemory<byte>> pieces, long length) : Stream
{
    private long _position;
    private int _piece;
    private long _pieceStart;

    public override bool CanRead => true;

    public override bool CanSeek => true;

    public override bool CanWrite => false;

    public override long Length => length;

    public override long Position
    {
        get => _position;
        set
        {
            ArgumentOutOfRangeException.ThrowIfNegative(value);
            _position = value;
            if (value < _pieceStart) (_piece, _pieceStart) = (0, 0);
        }
    }

    public override int Read(Span<byte> buffer)
    {
        var rest = FindRest().Span;
        var count = Math.Min(rest.Length, buffer.Length);
        rest[..count].CopyTo(buffer);
        _position += count;
        return count;
    }

    // Requests send so, without another copy.
    public override async Task CopyToAsync(Stream destination, int bufferSize, CancellationToken cancellationToken)
    {
        for (ReadOnlyMemory<byte> rest; !(rest = FindRest()).IsEmpty;)
        {
            _position += rest.Length;
            await destination.WriteAsync(rest, cancellationToken);
        }
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
        ValueTask.FromResult(Read(buffer.Span));

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        Task.FromResult(Read(buffer.AsSpan(offset, count)));

    public override long Seek(long offset, SeekOrigin origin) => Position = offset + origin switch
    {
        SeekOrigin.Begin => 0,
        SeekOrigin.Current => _position,
        _ => length,
    };

    public override void Flush()
    {
    }

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    // What is left of the piece at the position; empty at the end.
    private ReadOnlyMemory<byte> FindRest()
    {
        for (; _piece < pieces.Count; _piece++)
        {
            var piece = pieces[_piece];
            if (_position < _pieceStart + piece.Length) return piece[(int)(_position - _pieceStart)..];
            _pieceStart += piece.Length;
        }

        return default;
    }
}
