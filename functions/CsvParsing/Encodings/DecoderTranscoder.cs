using System.Buffers;
using System.Text;

namespace Serverless.CsvParsing.Encodings;

/// <summary>Turns encodings of several bytes a character into UTF-8, from a text's start on: what they do not allow becomes 0xFF.</summary>
internal sealed class DecoderTranscoder(CsvEncoding encoding) : ITranscoder
{
    // A code point that no text may hold: what a decoder writes where it is at a loss.
    private const char Marker = '\uFDD0';

    // What a decoder that held bytes back may add.
    private const int HeldBack = 8;

    private static readonly SearchValues<char> MarkerOnly = SearchValues.Create([Marker]);

    // The platform gives single bytes without a meaning places at the end of the private use area.
    private static readonly SearchValues<char> Places = SearchValues.Create(
        [Marker, .. Enumerable.Range(0xF8F0, 15).Select(c => (char)c)]);

    private readonly Decoder _decoder = Find(encoding).GetDecoder();
    private readonly SearchValues<char> _invalid =
        encoding is CsvEncoding.Utf32LittleEndian or CsvEncoding.Utf32BigEndian or CsvEncoding.Gb18030 ? MarkerOnly : Places;

    public (int Read, int Written) Transcode(ReadOnlySpan<byte> raw, bool isLast, Span<byte> destination)
    {
        var characters = ArrayPool<char>.Shared.Rent(raw.Length + HeldBack);
        var rest = characters.AsSpan(0, _decoder.GetChars(raw, characters, flush: isLast));
        var written = 0;
        while (true)
        {
            var invalid = rest.IndexOfAny(_invalid);
            written += Encoding.UTF8.GetBytes(invalid < 0 ? rest : rest[..invalid], destination[written..]);
            if (invalid < 0) break;

            destination[written++] = Transcoders.Invalid;
            rest = rest[(invalid + 1)..];
        }

        ArrayPool<char>.Shared.Return(characters);
        return (raw.Length, written);
    }

    private static Encoding Find(CsvEncoding encoding)
    {
        var marked = new MarkingFallback(Marker);
        return encoding is CsvEncoding.Utf32LittleEndian or CsvEncoding.Utf32BigEndian
            ? Encoding.GetEncoding((int)encoding, EncoderFallback.ReplacementFallback, marked)
            : CodePagesEncodingProvider.Instance.GetEncoding((int)encoding, EncoderFallback.ReplacementFallback, marked)
                ?? throw new NotSupportedException($"The platform has no code page {(int)encoding}.");
    }
}
