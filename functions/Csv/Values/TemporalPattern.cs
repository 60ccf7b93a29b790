using System.Buffers;
using System.Text;

namespace Serverless.Csv.Values;

/// <summary>A pattern of strptime directives, such as <c>%d/%m/%Y</c>. Names of days and months are English, in any case.</summary>
internal sealed class TemporalPattern
{
    public const string Directives = "%Y %y %m %d %j %b %B %a %A %H %I %M %S %f %p %z %%";

    private static readonly string[] Months =
        ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"];

    private static readonly string[] Days = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];

    private static readonly byte[][] MonthNames = Names(Months, 0);
    private static readonly byte[][] ShortMonthNames = Names(Months, 3);
    private static readonly byte[][] DayNames = Names(Days, 0);
    private static readonly byte[][] ShortDayNames = Names(Days, 3);

    private static readonly SearchValues<byte> OffsetBytes = SearchValues.Create("0123456789+-:Z"u8);

    // A directive is its letter; a literal byte stands as itself plus 256.
    private readonly int[] _tokens;

    private TemporalPattern(int[] tokens) => _tokens = tokens;

    /// <summary>Reads a pattern for a type; null with the problem when it cannot tell a value of that type.</summary>
    public static TemporalPattern? Parse(string pattern, FieldType type, out string problem)
    {
        var tokens = new List<int>();
        var bytes = Encoding.UTF8.GetBytes(pattern);
        for (var i = 0; i < bytes.Length; i++)
        {
            if (bytes[i] != '%')
            {
                tokens.Add(bytes[i] + 256);
                continue;
            }

            if (++i == bytes.Length)
            {
                problem = "the pattern ends with a single %";
                return null;
            }

            if (!Directives.Contains($"%{(char)bytes[i]}", StringComparison.Ordinal))
            {
                problem = $"the directive %{(char)bytes[i]} is not known";
                return null;
            }

            if (bytes[i] != '%' && tokens.Contains(bytes[i]))
            {
                problem = $"the directive %{(char)bytes[i]} stands twice";
                return null;
            }

            tokens.Add(bytes[i] == '%' ? '%' + 256 : bytes[i]);
        }

        problem = Missing(tokens, type);
        return problem.Length == 0 ? new([.. tokens]) : null;
    }

    public bool TryRead(ReadOnlySpan<byte> text, ref TemporalValue value)
    {
        var dayOfYear = 0;
        var afternoon = -1;
        foreach (var token in _tokens)
        {
            var read = token switch
            {
                'Y' => Number(ref text, 4, 4, out value.Year),
                'y' => Number(ref text, 2, 2, out value.Year),
                'm' => Number(ref text, 1, 2, out value.Month),
                'd' => Number(ref text, 1, 2, out value.Day),
                'j' => Number(ref text, 1, 3, out dayOfYear),
                'H' or 'I' => Number(ref text, 1, 2, out value.Hour) && (token == 'H' || value.Hour is >= 1 and <= 12),
                'M' => Number(ref text, 1, 2, out value.Minute),
                'S' => Number(ref text, 1, 2, out value.Second),
                'f' => Fraction(ref text, ref value),
                'b' => Name(ref text, ShortMonthNames, out value.Month),
                'B' => Name(ref text, MonthNames, out value.Month),
                'a' => Name(ref text, ShortDayNames, out _),
                'A' => Name(ref text, DayNames, out _),
                'p' => Half(ref text, out afternoon),
                'z' => Offset(ref text, ref value),
                _ => Literal(ref text, (byte)token),
            };
            if (!read) return false;

            // As POSIX has it: 69 to 99 are of the last century.
            if (token == 'y') value.Year += value.Year < 69 ? 2000 : 1900;
        }

        if (afternoon >= 0 && _tokens.Contains('I')) value.Hour = value.Hour % 12 + 12 * afternoon;
        return text.IsEmpty && (!_tokens.Contains('j') || TrySetDayOfYear(dayOfYear, ref value));
    }

    private static string Missing(List<int> tokens, FieldType type)
    {
        bool Has(params ReadOnlySpan<char> any)
        {
            foreach (var letter in any)
            {
                if (tokens.Contains(letter)) return true;
            }

            return false;
        }

        var date = Has('Y', 'y') && (Has('j') || (Has('m', 'b', 'B') && Has('d')));
        var time = Has('H') || (Has('I') && Has('p'));
        return type switch
        {
            FieldType.Date when !date => "the pattern has no year, month and day",
            FieldType.Date when Has('H', 'I', 'M', 'S', 'f', 'p', 'z') => "the pattern of a date has a time",
            FieldType.Time when !time => "the pattern has no hour",
            FieldType.Time when Has('Y', 'y', 'm', 'd', 'j', 'b', 'B', 'a', 'A', 'z') => "the pattern of a time has a date or a zone",
            FieldType.DateTime when !date => "the pattern has no year, month and day",
            FieldType.DateTime when !time => "the pattern has no hour",
            _ => "",
        };
    }

    private static bool TrySetDayOfYear(int dayOfYear, ref TemporalValue value)
    {
        if (value.Year is < 1 or > 9999 || dayOfYear < 1 || dayOfYear > (DateTime.IsLeapYear(value.Year) ? 366 : 365)) return false;
        var date = new DateTime(value.Year, 1, 1).AddDays(dayOfYear - 1);
        (value.Month, value.Day) = (date.Month, date.Day);
        return true;
    }

    private static bool Number(ref ReadOnlySpan<byte> text, int min, int max, out int value)
    {
        var digits = 0;
        value = 0;
        while (digits < max && digits < text.Length && char.IsAsciiDigit((char)text[digits])) value = value * 10 + (text[digits++] - '0');
        text = text[digits..];
        return digits >= min;
    }

    private static bool Fraction(ref ReadOnlySpan<byte> text, ref TemporalValue value)
    {
        var rest = text.Length;
        if (!Number(ref text, 1, 9, out var fraction)) return false;
        for (var digits = rest - text.Length; digits < 9; digits++) fraction *= 10;
        value.Fraction = fraction;
        return true;
    }

    private static bool Name(ref ReadOnlySpan<byte> text, byte[][] names, out int number)
    {
        for (number = 1; number <= names.Length; number++)
        {
            var name = names[number - 1];
            if (text.Length < name.Length || !Ascii.EqualsIgnoreCase(text[..name.Length], name)) continue;
            text = text[name.Length..];
            return true;
        }

        return false;
    }

    private static bool Half(ref ReadOnlySpan<byte> text, out int afternoon)
    {
        afternoon = text.Length >= 2 && Ascii.EqualsIgnoreCase(text[..2], "PM"u8) ? 1 : 0;
        if (text.Length < 2 || (afternoon == 0 && !Ascii.EqualsIgnoreCase(text[..2], "AM"u8))) return false;
        text = text[2..];
        return true;
    }

    private static bool Offset(ref ReadOnlySpan<byte> text, ref TemporalValue value)
    {
        var length = text.IndexOfAnyExcept(OffsetBytes);
        if (length < 0) length = text.Length;
        if (!IsoTime.TryReadOffset(text[..length], ref value)) return false;
        text = text[length..];
        return true;
    }

    private static bool Literal(ref ReadOnlySpan<byte> text, byte literal)
    {
        if (text.IsEmpty || text[0] != literal) return false;
        text = text[1..];
        return true;
    }

    private static byte[][] Names(string[] names, int length) =>
        [.. names.Select(n => Encoding.ASCII.GetBytes(length == 0 ? n : n[..length]))];
}
