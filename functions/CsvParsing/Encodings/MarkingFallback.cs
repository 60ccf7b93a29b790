using System.Text;

namespace Serverless.CsvParsing.Encodings;

/// <summary>
/// Writes a marker where a decoder is at a loss. A byte of ASCII that the decoder took for the second half of a character stands for
/// itself: it may be a delimiter, a quote or a line end.
/// </summary>
internal sealed class MarkingFallback(char marker) : DecoderFallback
{
    public override int MaxCharCount => 2;

    public override DecoderFallbackBuffer CreateFallbackBuffer() => new Buffer(marker);

    private sealed class Buffer(char marker) : DecoderFallbackBuffer
    {
        private string _text = "";
        private int _at;

        public override int Remaining => _text.Length - _at;

        public override bool Fallback(byte[] bytesUnknown, int index)
        {
            _text = bytesUnknown is [_, .., < 0x80 and var last] ? $"{marker}{(char)last}" : marker.ToString();
            _at = 0;
            return true;
        }

        public override char GetNextChar() => _at < _text.Length ? _text[_at++] : '\0';

        public override bool MovePrevious()
        {
            if (_at == 0) return false;
            _at--;
            return true;
        }

        public override void Reset() => (_text, _at) = ("", 0);
    }
}
