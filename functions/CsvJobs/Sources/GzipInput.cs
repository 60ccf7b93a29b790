using Serverless.Storage;

namespace Serverless.CsvJobs.Sources;

/// <summary>A gzip file's raw bytes, handed out in portions of which the last can be looked at again.</summary>
internal sealed class GzipInput(Stream compressed) : ForwardStream
{
    private const int BufferBytes = 64 << 10;

    private readonly byte[] _buffer = new byte[BufferBytes];
    private long _bufferStart;
    private int _handed;
    private int _start;
    private int _end;

    /// <summary>Bytes handed out and accepted so far.</summary>
    public long Offset => _bufferStart + _start;

    /// <summary>More was asked for than there is.</summary>
    public bool WasExhausted { get; private set; }

    /// <summary>The file's last byte is in the buffer.</summary>
    public bool IsAtEnd { get; private set; }

    /// <summary>The bytes handed out last.</summary>
    public int LastPortion { get; private set; }

    /// <summary>The last portion and what was fetched behind it.</summary>
    public ReadOnlyMemory<byte> Peeked => _buffer.AsMemory(_handed, _end - _handed);

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (_start == _end && !await FillAsync(_start, cancellationToken))
        {
            WasExhausted = true;
            return 0;
        }

        _handed = _start;
        LastPortion = Math.Min(buffer.Length, _end - _start);
        _buffer.AsMemory(_start, LastPortion).CopyTo(buffer);
        _start += LastPortion;
        return LastPortion;
    }

    /// <summary>The next byte; -1 at the end.</summary>
    public async ValueTask<int> ReadByteAsync(CancellationToken cancellationToken)
    {
        if (_start == _end && !await FillAsync(_start, cancellationToken)) return -1;
        (_handed, LastPortion) = (_start, 0);
        return _buffer[_start++];
    }

    /// <summary>Fetches so many bytes behind the last portion, as far as there are.</summary>
    public async ValueTask PeekBehindAsync(int count, CancellationToken cancellationToken)
    {
        while (_end - _start < count && await FillAsync(_handed, cancellationToken))
        {
        }
    }

    /// <summary>Takes so many of the bytes that were looked at for read, and gives the others back.</summary>
    public void Accept(int count) => (_start, LastPortion) = (_handed + count, 0);

    /// <summary>Passes over zeros; where something else stands, or null at the end.</summary>
    public async ValueTask<long?> FindNonZeroAsync(CancellationToken cancellationToken)
    {
        do
        {
            var other = _buffer.AsSpan(_start, _end - _start).IndexOfAnyExcept((byte)0);
            if (other >= 0) return Offset + other;
            _handed = _start = _end;
        }
        while (await FillAsync(_start, cancellationToken));

        return null;
    }

    private async ValueTask<bool> FillAsync(int keepFrom, CancellationToken cancellationToken)
    {
        if (IsAtEnd) return false;
        if (_end == _buffer.Length || keepFrom == _end)
        {
            _buffer.AsSpan(keepFrom, _end - keepFrom).CopyTo(_buffer);
            (_bufferStart, _handed, _start, _end) = (_bufferStart + keepFrom, _handed - keepFrom, _start - keepFrom, _end - keepFrom);
        }

        var count = await compressed.ReadAsync(_buffer.AsMemory(_end), cancellationToken);
        _end += count;
        IsAtEnd = count == 0;
        return count > 0;
    }
}
