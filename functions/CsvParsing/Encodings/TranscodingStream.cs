using System.Buffers;
using Serverless.Storage;

namespace Serverless.CsvParsing.Encodings;

/// <summary>The UTF-8 text of a stream in another encoding.</summary>
internal sealed class TranscodingStream(Stream inner, CsvEncoding encoding, int bufferBytes) : ForwardStream
{
    private readonly byte[] _raw = new byte[Math.Max(bufferBytes, 4)];
    private byte[] _text = ArrayPool<byte>.Shared.Rent(Transcoders.CalculateMaxLength(Math.Max(bufferBytes, 4)));
    private readonly ITranscoder _transcoder = Transcoders.For(encoding);
    private int _rawCount;
    private int _textStart;
    private int _textEnd;
    private bool _atEnd;

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        while (_textStart == _textEnd && !_atEnd)
        {
            var count = await inner.ReadAsync(_raw.AsMemory(_rawCount), cancellationToken);
            _atEnd = count == 0;
            _rawCount += count;
            var (read, written) = _transcoder.Transcode(_raw.AsSpan(0, _rawCount), _atEnd, _text);
            _raw.AsSpan(read, _rawCount - read).CopyTo(_raw);
            _rawCount -= read;
            (_textStart, _textEnd) = (0, written);
        }

        var copied = Math.Min(buffer.Length, _textEnd - _textStart);
        _text.AsMemory(_textStart, copied).CopyTo(buffer);
        _textStart += copied;
        return copied;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing && _text.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(_text);
            _text = [];
        }

        base.Dispose(disposing);
    }
}
