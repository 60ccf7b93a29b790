using Serverless.Storage;

namespace Serverless.CsvParsing;

/// <summary>Passes a stream on and keeps what was read last, for those who learn later how much of it was theirs.</summary>
/// <param name="inner">The stream.</param>
/// <param name="position">Where it stands.</param>
internal sealed class RawTail(Stream inner, long position) : ForwardStream
{
    private byte[] _kept = [];
    private long _start = position;
    private int _length;

    /// <summary>Forgets what lies before a position.</summary>
    /// <param name="end">The position.</param>
    /// <param name="hash">Takes what is forgotten; null for nobody.</param>
    public void PassTo(long end, ByteHash? hash)
    {
        var count = (int)(end - _start);
        hash?.Append(_kept.AsSpan(0, count));
        _kept.AsSpan(count, _length - count).CopyTo(_kept);
        (_start, _length) = (end, _length - count);
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var count = await inner.ReadAsync(buffer, cancellationToken);
        if (_length + count > _kept.Length) Array.Resize(ref _kept, Math.Max(_kept.Length * 2, _length + count));
        buffer.Span[..count].CopyTo(_kept.AsSpan(_length));
        _length += count;
        return count;
    }
}
