using Serverless.Storage;

namespace Serverless.CsvParsing;

/// <summary>A file from a position on, fetched as far as it is read and little further.</summary>
internal sealed class RangeStream(IRangeSource source, long start, long end, long length, int slack) : ForwardStream
{
    private const long MaxPieceBytes = 4 * 1024 * 1024;

    private Stream? _piece;
    private long _position = start;
    private long _pieceEnd = start;
    private long _reach = slack;

    /// <summary>The bytes asked of the source so far.</summary>
    public long BytesRequested { get; private set; }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (_position == _pieceEnd)
        {
            if (_position == length) return 0;
            await OpenNextAsync(cancellationToken);
        }

        var wanted = (int)Math.Min(buffer.Length, _pieceEnd - _position);
        var count = await _piece!.ReadAsync(buffer[..wanted], cancellationToken);
        if (count == 0 && wanted > 0) throw new EndOfStreamException($"The download of the bytes to {_pieceEnd} ended at {_position}.");
        _position += count;
        return count;
    }

    public override async ValueTask DisposeAsync()
    {
        if (_piece is not null) await _piece.DisposeAsync();
        await base.DisposeAsync();
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing) _piece?.Dispose();
        base.Dispose(disposing);
    }

    private async ValueTask OpenNextAsync(CancellationToken cancellationToken)
    {
        if (_piece is not null) await _piece.DisposeAsync();

        _pieceEnd = Math.Min(Math.Max(_position, end) + _reach, length);
        _reach = Math.Min(_reach * 4, MaxPieceBytes);
        BytesRequested += _pieceEnd - _position;
        _piece = await source.OpenAsync(_position, _pieceEnd - _position, cancellationToken);
    }
}
