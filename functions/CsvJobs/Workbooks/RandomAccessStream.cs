using Serverless.CsvParsing;

namespace Serverless.CsvJobs.Workbooks;

/// <summary>
/// A file of which any part can be read, for readers of archives: those jump to the directory at the end first. Fetched in pieces that grow
/// while it is read on.
/// </summary>
internal sealed class RandomAccessStream(IRangeSource source, long length) : Stream
{
    private const int FirstPiece = 64 << 10;
    private const int MaxPieceBytes = 4 << 20;

    private byte[] _piece = [];
    private long _pieceStart;
    private int _pieceLength;
    private int _next = FirstPiece;
    private long _position;

    public override bool CanRead => true;

    public override bool CanSeek => true;

    public override bool CanWrite => false;

    public override long Length => length;

    public override long Position
    {
        get => _position;
        set => _position = value;
    }

    public override long Seek(long offset, SeekOrigin origin) => _position = offset + origin switch
    {
        SeekOrigin.Begin => 0,
        SeekOrigin.Current => _position,
        _ => length,
    };

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (_position >= length || buffer.IsEmpty) return 0;
        if (_position < _pieceStart || _position >= _pieceStart + _pieceLength) await FetchAsync(cancellationToken);
        var at = (int)(_position - _pieceStart);
        var count = Math.Min(buffer.Length, _pieceLength - at);
        _piece.AsMemory(at, count).CopyTo(buffer);
        _position += count;
        return count;
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    // Readers of archives and workbooks have no other way to read; there is no context here that could be waited for in vain.
    public override int Read(byte[] buffer, int offset, int count)
    {
        var read = ReadAsync(buffer.AsMemory(offset, count));
        return read.IsCompleted ? read.Result : read.AsTask().GetAwaiter().GetResult();
    }

    public override void Flush()
    {
    }

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    private async ValueTask FetchAsync(CancellationToken cancellationToken)
    {
        _next = _position == _pieceStart + _pieceLength ? Math.Min(_next * 4, MaxPieceBytes) : FirstPiece;
        var count = (int)Math.Min(_next, length - _position);
        if (_piece.Length < count) _piece = new byte[count];
        _pieceLength = 0;
        await using var stream = await source.OpenAsync(_position, count, cancellationToken);
        await stream.ReadExactlyAsync(_piece.AsMemory(0, count), cancellationToken);
        (_pieceStart, _pieceLength) = (_position, count);
    }
}
