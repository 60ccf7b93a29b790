using System.Buffers;
using System.Text;

namespace Serverless.CsvParsing.Encodings;

/// <summary>The evidence of the bytes beyond ASCII for and against UTF-8.</summary>
/// <param name="Valid">Characters of several bytes.</param>
/// <param name="Invalid">Places where its rules are broken as another encoding would break them.</param>
internal readonly record struct Utf8Evidence(int Valid, int Invalid)
{
    // In other encodings two or three letters beyond ASCII in a row make a character of UTF-8 by chance, and seldom.
    private const int WeightOfValid = 8;

    /// <summary>The evidence is not against it.</summary>
    public bool IsUtf8 => Invalid <= Valid * WeightOfValid;

    /// <summary>Counts; a character cut at the end says nothing.</summary>
    public static Utf8Evidence Of(ReadOnlySpan<byte> sample)
    {
        var (valid, invalid, at) = (0, 0, 0);
        while (true)
        {
            var next = sample[at..].IndexOfAnyInRange((byte)0x80, (byte)0xFF);
            if (next < 0) break;

            at += next;
            var status = Rune.DecodeFromUtf8(sample[at..], out _, out var length);
            if (status == OperationStatus.NeedMoreData) break;
            if (status == OperationStatus.Done) valid++;
            else if (DamagedLength(sample[at..]) is var damaged and > 0) length = damaged;
            else if (IsLetterOrSign(sample, at)) invalid++;
            at += length;
        }

        return new Utf8Evidence(valid, invalid);
    }

    // Some programs write halves of surrogate pairs, and NULs in two bytes, by the pattern of UTF-8 and against its rules.
    private static int DamagedLength(ReadOnlySpan<byte> text)
    {
        var length = text[0] switch { 0xC0 or 0xC1 => 2, >= 0xE0 and <= 0xEF => 3, >= 0xF0 and <= 0xF7 => 4, _ => 0 };
        if (length == 0 || text.Length < length) return 0;
        foreach (var value in text[1..length])
        {
            if ((value & 0xC0) != 0x80) return 0;
        }

        return length;
    }

    // Damage is no evidence for another encoding: bytes that stand for nothing there, for y with two dots, or for a capital that ends
    // a word of small letters, as the first half of a character does whose second was cut off.
    private static bool IsLetterOrSign(ReadOnlySpan<byte> sample, int at)
    {
        var value = sample[at];
        if (value is 0x81 or 0x8D or 0x8F or 0x90 or 0x9D or 0xFF) return false;

        var before = at > 0 ? sample[at - 1] : (byte)0;
        var after = at + 1 < sample.Length ? sample[at + 1] : (byte)0;
        var isCapital = value is >= 0xC0 and <= 0xDE;
        return !(isCapital && char.IsAsciiLetterLower((char)before) && !char.IsAsciiLetter((char)after) && after < 0x80);
    }
}
