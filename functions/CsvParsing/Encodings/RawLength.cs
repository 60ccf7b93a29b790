using System.Runtime.InteropServices;

namespace Serverless.CsvParsing.Encodings;

/// <summary>
/// Counts the bytes of the blob that a stretch of transcoded text came from. Of an encoding that is read from the file's start only,
/// positions are those in the text.
/// </summary>
internal static class RawLength
{
    /// <summary>Additive: a stretch may end inside a character.</summary>
    public static long Of(ReadOnlySpan<byte> utf8, CsvEncoding encoding) => encoding switch
    {
        CsvEncoding.Utf16LittleEndian or CsvEncoding.Utf16BigEndian => 2L * (Characters(utf8) + SurrogatePairs(utf8)),
        _ when encoding.IsSingleByte() => Characters(utf8),
        _ => utf8.Length,
    };

    private static int Characters(ReadOnlySpan<byte> utf8)
    {
        // Continuation bytes are the sbytes below -64.
        var count = 0;
        foreach (var b in MemoryMarshal.Cast<byte, sbyte>(utf8)) count += b >= -64 ? 1 : 0;
        return count;
    }

    private static int SurrogatePairs(ReadOnlySpan<byte> utf8)
    {
        var count = 0;
        foreach (var b in utf8) count += b >= 0xF0 ? 1 : 0;
        return count;
    }
}
