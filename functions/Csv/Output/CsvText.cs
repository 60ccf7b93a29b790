using System.Runtime.CompilerServices;

namespace Serverless.Csv.Output;

/// <summary>RFC 4180 cells: quoted only where they must be.</summary>
internal static class CsvText
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Append(PendingBuffer buffer, ReadOnlySpan<byte> text)
    {
        if (text.IndexOfAny(",\"\r\n"u8) < 0) buffer.Append(text);
        else AppendQuoted(buffer, text);
    }

    private static void AppendQuoted(PendingBuffer buffer, ReadOnlySpan<byte> text)
    {
        buffer.Append((byte)'"');
        for (var quote = text.IndexOf((byte)'"'); quote >= 0; quote = text.IndexOf((byte)'"'))
        {
            buffer.Append(text[..(quote + 1)]);
            buffer.Append((byte)'"');
            text = text[(quote + 1)..];
        }

        buffer.Append(text);
        buffer.Append((byte)'"');
    }
}
