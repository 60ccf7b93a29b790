using System.Text;

namespace Serverless.CsvParsing.Sniffing;

/// <summary>The physical lines of a sample.</summary>
internal static class SampleLines
{
    /// <summary>The text behind its first lines.</summary>
    public static byte[] Skip(byte[] text, int lines)
    {
        var rest = text.AsSpan();
        for (; lines > 0 && !rest.IsEmpty; lines--) rest = rest[Length(rest)..];
        return rest.Length == text.Length ? text : rest.ToArray();
    }

    /// <summary>The first line without its end; null where the text ends before it does.</summary>
    public static string? FindFirst(ReadOnlySpan<byte> text) =>
        text.IndexOfAny((byte)'\r', (byte)'\n') is var end and >= 0 ? Encoding.UTF8.GetString(text[..end]) : null;

    public static bool AnyStartsWith(ReadOnlySpan<byte> text, string mark)
    {
        var bytes = Encoding.UTF8.GetBytes(mark);
        for (; !text.IsEmpty; text = text[Length(text)..])
        {
            if (text.StartsWith(bytes)) return true;
        }

        return false;
    }

    private static int Length(ReadOnlySpan<byte> text)
    {
        var end = text.IndexOfAny((byte)'\r', (byte)'\n');
        if (end < 0) return text.Length;
        return text[end..].StartsWith("\r\n"u8) ? end + 2 : end + 1;
    }
}
