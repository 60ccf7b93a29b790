using System.Collections.Concurrent;
using System.Text;

namespace Serverless.CsvParsing.Encodings;

/// <summary>Turns encodings of one byte a character into UTF-8; a byte that means nothing in them becomes 0xFF.</summary>
internal sealed class SingleByteTranscoder : ITranscoder
{
    // No character of any table.
    private const char Nothing = '\uFFFF';

    private const int Half = 128;
    private const int Controls = 32;

    // Tables that the platform does not have: what stands for A0 to FF, behind 32 control characters.
    private const string Iso885910 =
        "\u00A0ĄĒĢĪĨĶ§ĻĐŠŦŽ\u00ADŪŊ°ąēģīĩķ·ļđšŧž―ūŋĀÁÂÃÄÅÆĮČÉĘËĖÍÎÏÐŅŌÓÔÕÖŨØŲÚÛÜÝÞßāáâãäåæįčéęëėíîïðņōóôõöũøųúûüýþĸ";
    private const string Iso885914 =
        "\u00A0Ḃḃ£ĊċḊ§Ẁ©ẂḋỲ\u00AD®ŸḞḟĠġṀṁ¶ṖẁṗẃṠỳẄẅṡÀÁÂÃÄÅÆÇÈÉÊËÌÍÎÏŴÑÒÓÔÕÖṪØÙÚÛÜÝŶßàáâãäåæçèéêëìíîïŵñòóôõöṫøùúûüýŷÿ";
    private const string Iso885916 =
        "\u00A0ĄąŁ€„Š§š©Ș«Ź\u00ADźŻ°±ČłŽ”¶·žčș»ŒœŸżÀÁÂĂÄĆÆÇÈÉÊËÌÍÎÏĐŃÒÓÔŐÖŚŰÙÚÛÜĘȚßàáâăäćæçèéêëìíîïđńòóôőöśűùúûüęțÿ";

    private static readonly ConcurrentDictionary<CsvEncoding, SingleByteTranscoder> Kept = new();

    private readonly char[] _upper;

    private SingleByteTranscoder(char[] upper) => _upper = upper;

    /// <summary>They have no state: one for each encoding is enough.</summary>
    public static SingleByteTranscoder For(CsvEncoding encoding) => Kept.GetOrAdd(encoding, e => new SingleByteTranscoder(Table(e)));

    public (int Read, int Written) Transcode(ReadOnlySpan<byte> raw, bool isLast, Span<byte> destination)
    {
        var length = raw.Length;
        var written = 0;
        while (true)
        {
            var ascii = raw.IndexOfAnyInRange((byte)0x80, (byte)0xFF);
            if (ascii < 0) break;

            raw[..ascii].CopyTo(destination[written..]);
            written += ascii;
            written += Write(_upper[raw[ascii] - Half], destination[written..]);
            raw = raw[(ascii + 1)..];
        }

        raw.CopyTo(destination[written..]);
        return (length, written + raw.Length);
    }

    private static int Write(char character, Span<byte> destination)
    {
        if (character != Nothing) return new Rune(character).EncodeToUtf8(destination);
        destination[0] = Transcoders.Invalid;
        return 1;
    }

    private static char[] Table(CsvEncoding encoding) => encoding switch
    {
        CsvEncoding.Iso885910 => Behind(Iso885910),
        CsvEncoding.Iso885914 => Behind(Iso885914),
        CsvEncoding.Iso885916 => Behind(Iso885916),
        CsvEncoding.UserDefined => [.. Enumerable.Range(0, Half).Select(i => (char)(0xF780 + i))],
        _ => Platform(encoding),
    };

    private static char[] Behind(string characters) => [.. Enumerable.Range(0, Controls).Select(i => (char)(Half + i)), .. characters];

    private static char[] Platform(CsvEncoding encoding)
    {
        var nothing = new DecoderReplacementFallback(Nothing.ToString());
        var decoder = CodePagesEncodingProvider.Instance.GetEncoding((int)encoding, EncoderFallback.ReplacementFallback, nothing)
            ?? throw new NotSupportedException($"The platform has no code page {(int)encoding}.");
        var upper = decoder.GetString([.. Enumerable.Range(Half, Half).Select(i => (byte)i)]).ToCharArray();

        // The platform gives bytes without a meaning places in the private use area, and some tables have aged.
        for (var i = 0; i < upper.Length; i++)
        {
            if (upper[i] is >= '\uE000' and <= '\uF8FE') upper[i] = Nothing;
        }

        foreach (var (at, character) in Newer(encoding)) upper[at - Half] = character;
        return upper;
    }

    private static (int At, char Character)[] Newer(CsvEncoding encoding) => encoding switch
    {
        CsvEncoding.Iso88597 => [(0xA1, '‘'), (0xA2, '’'), (0xA4, '€'), (0xA5, '₯'), (0xAA, 'ͺ')],
        CsvEncoding.Iso88598 => [(0xAF, '¯'), (0xFD, '\u200E'), (0xFE, '\u200F')],
        CsvEncoding.Macintosh => [(0xBD, '\u03A9')],
        CsvEncoding.MacCyrillic => [(0xA2, 'Ґ'), (0xB6, 'ґ'), (0xFF, '€')],
        _ => [],
    };
}
