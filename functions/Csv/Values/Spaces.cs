using System.Text;

namespace Serverless.Csv.Values;

/// <summary>White space of any width at a text's ends.</summary>
internal static class Spaces
{
    public static ReadOnlySpan<byte> Trim(ReadOnlySpan<byte> text) => TrimEnd(TrimStart(text));

    public static ReadOnlySpan<byte> TrimStart(ReadOnlySpan<byte> text)
    {
        while (!text.IsEmpty && text[0] is <= 0x20 or >= 0x80)
        {
            if (Rune.DecodeFromUtf8(text, out var rune, out var size) != 0 || !Rune.IsWhiteSpace(rune)) break;
            text = text[size..];
        }

        return text;
    }

    public static ReadOnlySpan<byte> TrimEnd(ReadOnlySpan<byte> text)
    {
        while (!text.IsEmpty && text[^1] is <= 0x20 or >= 0x80)
        {
            if (Rune.DecodeLastFromUtf8(text, out var rune, out var size) != 0 || !Rune.IsWhiteSpace(rune)) break;
            text = text[..^size];
        }

        return text;
    }
}
