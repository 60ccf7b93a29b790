using Serverless.Csv.Output;

namespace Serverless.Csv.Cleaning;

/// <summary>Takes the quotes out of an escaped field.</summary>
internal static class Quotes
{
    /// <summary>Doubled quotes become one. A single one closed the quoted part: it goes, and what follows it stands as it is.</summary>
    public static ReadOnlySpan<byte> Unescape(ReadOnlySpan<byte> text, byte quote, PendingBuffer buffer)
    {
        buffer.Truncate(0);
        for (var at = text.IndexOf(quote); at >= 0; at = text.IndexOf(quote))
        {
            buffer.Append(text[..at]);
            text = text[(at + 1)..];
            if (text.IsEmpty || text[0] != quote) break;
            buffer.Append(quote);
            text = text[1..];
        }

        buffer.Append(text);
        return buffer.Span;
    }
}
