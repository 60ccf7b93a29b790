namespace Serverless.CsvParsing;

/// <summary>The values of a field's bytes in the common dialect.</summary>
internal static class FieldText
{
    /// <summary>
    /// Writes what an <see cref="FieldQuoting.Escaped"/> field stands for and returns its length, which is at most that of
    /// <paramref name="field"/>. A doubled quote is one quote; the first single quote closed the field and is dropped, and what
    /// follows it stands for itself.
    /// </summary>
    public static int Unescape(ReadOnlySpan<byte> field, byte quote, Span<byte> destination)
    {
        var written = 0;
        while (true)
        {
            var next = field.IndexOf(quote);
            if (next < 0) break;

            field[..next].CopyTo(destination[written..]);
            written += next;
            if (next + 1 == field.Length || field[next + 1] != quote)
            {
                field = field[(next + 1)..];
                break;
            }

            destination[written++] = quote;
            field = field[(next + 2)..];
        }

        field.CopyTo(destination[written..]);
        return written + field.Length;
    }
}
