using System.Buffers;
using System.Text;

namespace Serverless.Csv.Parsing;

/// <summary>Tells a file's encoding from its first bytes.</summary>
public static class EncodingDetector
{
    private static ReadOnlySpan<byte> Utf8Mark => [0xEF, 0xBB, 0xBF];

    private static ReadOnlySpan<byte> LittleEndianMark => [0xFF, 0xFE];

    private static ReadOnlySpan<byte> BigEndianMark => [0xFE, 0xFF];

    /// <summary>
    /// A byte order mark decides; then UTF-16 if NUL bytes stand at every other place as in Western text; then UTF-8 if more
    /// multi-byte characters follow its rules than bytes break them, or none does either; else Latin-1.
    /// </summary>
    /// <param name="sample">The file's first bytes; a character cut at the end does not count.</param>
    public static CsvEncoding Detect(ReadOnlySpan<byte> sample)
    {
        if (sample.StartsWith(Utf8Mark)) return CsvEncoding.Utf8;
        if (sample.StartsWith(LittleEndianMark)) return CsvEncoding.Utf16LittleEndian;
        if (sample.StartsWith(BigEndianMark)) return CsvEncoding.Utf16BigEndian;

        return Utf16ByNuls(sample) ?? (IsUtf8(sample) ? CsvEncoding.Utf8 : CsvEncoding.Latin1);
    }

    /// <summary>The length of the byte order mark of <paramref name="encoding"/> if the file starts with it, else 0.</summary>
    public static int MarkLength(ReadOnlySpan<byte> sample, CsvEncoding encoding)
    {
        var mark = encoding switch
        {
            CsvEncoding.Utf8 => Utf8Mark,
            CsvEncoding.Utf16LittleEndian => LittleEndianMark,
            CsvEncoding.Utf16BigEndian => BigEndianMark,
            _ => [],
        };
        return sample.StartsWith(mark) ? mark.Length : 0;
    }

    private static CsvEncoding? Utf16ByNuls(ReadOnlySpan<byte> sample)
    {
        var (first, second) = (0, 0);
        for (var i = 0; i + 1 < sample.Length; i += 2)
        {
            if (sample[i] == 0) first++;
            if (sample[i + 1] == 0) second++;
        }

        // Other scripts still have their delimiters, digits and line ends in ASCII; stray NULs of a UTF-8 file fall on both sides.
        var enough = Math.Max(3, sample.Length / 2 / 5);
        if (second >= enough && first * 10 <= second) return CsvEncoding.Utf16LittleEndian;
        if (first >= enough && second * 10 <= first) return CsvEncoding.Utf16BigEndian;
        return null;
    }

    private static bool IsUtf8(ReadOnlySpan<byte> sample)
    {
        var (multiByte, broken) = (0, 0);
        while (true)
        {
            var ascii = sample.IndexOfAnyInRange((byte)0x80, (byte)0xFF);
            if (ascii < 0) break;

            var status = Rune.DecodeFromUtf8(sample[ascii..], out _, out var length);
            if (status == OperationStatus.NeedMoreData) break;
            if (status == OperationStatus.Done) multiByte++;
            else broken++;
            sample = sample[(ascii + length)..];
        }

        return broken == 0 || multiByte > broken;
    }
}
