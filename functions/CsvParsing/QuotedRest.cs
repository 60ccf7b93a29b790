namespace Serverless.CsvParsing;

/// <summary>
/// Judges whether the line at a range's start goes on within quotes that were opened before: a guess, which the range's neighbours prove.
/// </summary>
/// <remarks>
/// It does where it is no record by itself, but is one's end once it is read as quoted text, and a record follows then. An opening quote
/// stands before text, a closing one before a delimiter or a line end: so neither is taken for the other, however many records are bad.
/// </remarks>
internal static class QuotedRest
{
    /// <summary>The text that is looked at, at most, in bytes.</summary>
    public const int MaxBytes = 64 << 10;

    /// <summary>Measures the text that belongs to a record that started before it: 0 for nothing.</summary>
    /// <param name="text">What follows a line end.</param>
    /// <param name="isAll">There is no more to wait for.</param>
    /// <param name="delimiter">Between fields.</param>
    /// <param name="quote">Around fields.</param>
    /// <param name="columns">The fields of a record.</param>
    /// <returns>Null when more of the text is needed.</returns>
    public static int? Find(ReadOnlySpan<byte> text, bool isAll, byte delimiter, byte quote, int columns)
    {
        int? unknown = isAll ? 0 : null;
        if (Read(text, isAll, delimiter, quote, isQuoted: false) is not { } record) return unknown;
        if (record.IsProper && record.Fields == columns) return 0;
        if (Read(text, isAll, delimiter, quote, isQuoted: true) is not { } rest) return unknown;
        if (!rest.IsProper || rest.Fields > columns) return 0;
        if (isAll && rest.Length == text.Length) return rest.Length;
        if (Read(text[rest.Length..], isAll, delimiter, quote, isQuoted: false) is not { } next) return unknown;
        return next.IsProper && next.Fields == columns ? rest.Length : 0;
    }

    // Null: the record does not end within the text.
    private static Line? Read(ReadOnlySpan<byte> text, bool isAll, byte delimiter, byte quote, bool isQuoted)
    {
        var (at, fields, isProper) = (0, 1, true);
        while (true)
        {
            if (isQuoted)
            {
                if (EndOfQuoted(text[at..], quote) is not { } length) return null;
                at += length;
                isProper &= at == text.Length || text[at] == delimiter || text[at] is (byte)'\r' or (byte)'\n';
            }

            var special = text[at..].IndexOfAny(delimiter, (byte)'\r', (byte)'\n');
            var bare = special < 0 ? text[at..] : text.Slice(at, special);
            isProper &= !bare.Contains(quote);
            if (special < 0) return isAll ? new Line(text.Length, fields, isProper) : null;
            at += special;
            if (text[at] != delimiter)
            {
                if (text[at] == '\r' && at + 1 == text.Length && !isAll) return null;
                return new Line(at + (text[at] == '\r' && at + 1 < text.Length && text[at + 1] == '\n' ? 2 : 1), fields, isProper);
            }

            fields++;
            at++;
            isQuoted = at < text.Length && text[at] == quote;
            if (isQuoted) at++;
        }
    }

    // The length up to and with the closing quote; what follows it must be there, too.
    private static int? EndOfQuoted(ReadOnlySpan<byte> text, byte quote)
    {
        for (var at = 0; ;)
        {
            var next = text[at..].IndexOf(quote);
            if (next < 0) return null;
            at += next + 1;
            if (at == text.Length || text[at] != quote) return at;
            at++;
        }
    }

    private readonly record struct Line(int Length, int Fields, bool IsProper);
}
