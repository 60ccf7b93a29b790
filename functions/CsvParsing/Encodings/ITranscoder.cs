namespace Serverless.CsvParsing.Encodings;

/// <summary>
/// Turns text of another encoding into UTF-8 without losing anything: what the encoding does not allow becomes bytes that are no valid
/// UTF-8, so that whoever checks the text finds them where they stand.
/// </summary>
internal interface ITranscoder
{
    /// <summary>
    /// Writes as UTF-8 what <paramref name="raw"/> holds in whole characters and returns how much was read and written. Bytes that need
    /// the next ones stay unread, or are kept, unless <paramref name="isLast"/>.
    /// </summary>
    (int Read, int Written) Transcode(ReadOnlySpan<byte> raw, bool isLast, Span<byte> destination);
}

/// <summary>Makes transcoders.</summary>
internal static class Transcoders
{
    /// <summary>No valid UTF-8: stands where the encoding does not allow what it finds.</summary>
    public const byte Invalid = 0xFF;

    // No encoding needs more room than this for each raw byte.
    private const int MaxGrowth = 3;

    // A decoder may hold back the beginning of a character.
    private const int HeldBack = 8;

    /// <summary>The most that the text of so many bytes can take.</summary>
    public static int CalculateMaxLength(int rawBytes) => (rawBytes + HeldBack) * MaxGrowth;

    /// <summary>A transcoder for one pass over a text.</summary>
    public static ITranscoder For(CsvEncoding encoding) => encoding switch
    {
        CsvEncoding.Utf16LittleEndian => Utf16Transcoder.LittleEndian,
        CsvEncoding.Utf16BigEndian => Utf16Transcoder.BigEndian,
        _ when encoding.IsSingleByte() => SingleByteTranscoder.For(encoding),
        _ => new DecoderTranscoder(encoding),
    };
}
