using System.Buffers.Binary;

namespace Serverless.CsvParsing.Encodings;

/// <summary>Tells a file's encoding from its first bytes.</summary>
internal static class EncodingDetector
{
    // In this order: the mark of UTF-16 is the beginning of that of UTF-32.
    private static readonly (CsvEncoding Encoding, byte[] Bytes)[] Marks =
    [
        (CsvEncoding.Utf8, [0xEF, 0xBB, 0xBF]),
        (CsvEncoding.Utf32LittleEndian, [0xFF, 0xFE, 0, 0]),
        (CsvEncoding.Utf32BigEndian, [0, 0, 0xFE, 0xFF]),
        (CsvEncoding.Utf16LittleEndian, [0xFF, 0xFE]),
        (CsvEncoding.Utf16BigEndian, [0xFE, 0xFF]),
        (CsvEncoding.Gb18030, [0x84, 0x31, 0x95, 0x33]),
    ];

    /// <summary>
    /// A byte order mark decides, whatever was asked for; then what was asked for; then UTF-32 and UTF-16 if the NUL bytes stand as in
    /// their text; then UTF-8, unless the bytes that break its rules weigh more than those that follow them; else windows-1252.
    /// </summary>
    /// <param name="sample">The file's first bytes; a character cut at the end does not count.</param>
    /// <param name="asked">What was asked for.</param>
    public static CsvEncoding Detect(ReadOnlySpan<byte> sample, CsvEncoding? asked = null)
    {
        foreach (var (encoding, mark) in Marks)
        {
            if (sample.StartsWith(mark)) return encoding;
        }

        return asked ?? Utf32ByNuls(sample) ?? Utf16ByNuls(sample)
            ?? (Utf8Evidence.Of(sample).IsUtf8 ? CsvEncoding.Utf8 : CsvEncoding.Windows1252);
    }

    /// <summary>
    /// The length of the byte order marks with which the file starts: one as a rule, more where programs added theirs to what had one.
    /// </summary>
    public static int MarkLength(ReadOnlySpan<byte> sample, CsvEncoding encoding)
    {
        var mark = Array.Find(Marks, m => m.Encoding == encoding).Bytes;
        if (mark is null) return 0;

        var length = 0;
        while (sample[length..].StartsWith(mark)) length += mark.Length;
        return length;
    }

    private static CsvEncoding? Utf32ByNuls(ReadOnlySpan<byte> sample)
    {
        const int minUnits = 3;
        var (little, big, units) = (0, 0, sample.Length / 4);
        for (var at = 0; at + 4 <= sample.Length; at += 4)
        {
            if (IsCharacter(BinaryPrimitives.ReadUInt32LittleEndian(sample[at..]))) little++;
            if (IsCharacter(BinaryPrimitives.ReadUInt32BigEndian(sample[at..]))) big++;
        }

        // Of UTF-16 and of anything else hardly a unit looks so.
        if (little >= minUnits && little * 10 >= units * 9) return CsvEncoding.Utf32LittleEndian;
        if (big >= minUnits && big * 10 >= units * 9) return CsvEncoding.Utf32BigEndian;
        return null;
    }

    private static bool IsCharacter(uint unit) => unit is > 0 and < 0xD800 or > 0xDFFF and <= 0x10FFFF;

    private static CsvEncoding? Utf16ByNuls(ReadOnlySpan<byte> sample)
    {
        var (first, second) = (0, 0);
        for (var i = 0; i + 1 < sample.Length; i += 2)
        {
            if (sample[i] == 0) first++;
            if (sample[i + 1] == 0) second++;
        }

        // Other scripts still have their delimiters, digits and line ends in ASCII; stray NULs of a UTF-8 file fall on both sides.
        var enough = Math.Max(3, sample.Length / 2 / 20);
        if (second >= enough && first * 3 <= second) return CsvEncoding.Utf16LittleEndian;
        if (first >= enough && second * 3 <= first) return CsvEncoding.Utf16BigEndian;
        return null;
    }
}
