using System.Buffers;

namespace Serverless.Csv.Inference;

/// <summary>
/// The form of a date or time: digits as their number (<c>4</c>, <c>2</c>, or <c>1</c> where one of them stands alone), names of months
/// as <c>N</c>
/// and <c>L</c> (long), <c>p</c> for the half of the day, <c>f</c> for decimals, <c>z</c> for an offset, and separators as themselves.
/// </summary>
internal static class TemporalShape
{
    private static readonly SearchValues<char> OffsetCharacters = SearchValues.Create("0123456789:");

    public const int MaxLength = 40;

    private static readonly string[] Months =
        ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"];

    /// <summary>Writes the shape into <paramref name="shape"/>, which has room for <see cref="MaxLength"/> characters.</summary>
    /// <returns>Its length; 0 when the text is certainly neither date nor time.</returns>
    public static int Read(ReadOnlySpan<char> text, Span<char> shape)
    {
        if (text.Length is < 4 or > MaxLength) return 0;
        var (length, colons, narrow) = (0, 0, false);
        for (var i = 0; i < text.Length;)
        {
            var c = text[i];
            if (char.IsAsciiDigit(c))
            {
                var digits = text[i..].IndexOfAnyExceptInRange('0', '9') is var end and >= 0 ? end : text.Length - i;
                var isDecimals = colons == 2 && length > 0 && shape[length - 1] is '.' or ',';
                if (!isDecimals && digits is not (1 or 2 or 4)) return 0;
                narrow |= !isDecimals && digits == 1;
                shape[length++] = isDecimals ? 'f' : digits == 4 ? '4' : '2';
                i += digits;
            }
            else if (char.IsAsciiLetter(c))
            {
                var letters = 1;
                while (i + letters < text.Length && char.IsAsciiLetter(text[i + letters])) letters++;
                var word = Word(text.Slice(i, letters), colons);
                if (word == '\0') return 0;
                shape[length++] = word;
                i += letters;
            }
            else if (colons > 0 && c is '+' or '-')
            {
                if (text[(i + 1)..].ContainsAnyExcept(OffsetCharacters)) return 0;
                shape[length++] = 'z';
                i = text.Length;
            }
            else
            {
                if (c is not ('-' or '/' or '.' or ':' or ',' or ' ')) return 0;
                if (c == ':') colons++;
                shape[length++] = c;
                i++;
            }
        }

        if (narrow) shape[..length].Replace('2', '1');
        return length;
    }

    private static char Word(ReadOnlySpan<char> word, int colons)
    {
        if (word is "T") return 'T';
        if (word is "Z" && colons > 0) return 'z';
        if (word.Length == 2
            && (word.Equals("AM", StringComparison.OrdinalIgnoreCase) || word.Equals("PM", StringComparison.OrdinalIgnoreCase))) return 'p';
        foreach (var month in Months)
        {
            if (word.Equals(month.AsSpan(0, 3), StringComparison.OrdinalIgnoreCase)) return 'N';
            if (word.Equals(month, StringComparison.OrdinalIgnoreCase)) return 'L';
        }

        return '\0';
    }
}
