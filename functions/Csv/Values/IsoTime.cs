namespace Serverless.Csv.Values;

/// <summary>Reads ISO 8601 in its extended form: the <c>default</c> format of dates and times.</summary>
internal static class IsoTime
{
    public static bool TryRead(FieldType type, ReadOnlySpan<byte> text, ref TemporalValue value)
    {
        if (type != FieldType.Time)
        {
            if (!TryReadDate(text, ref value)) return false;
            if (type == FieldType.Date) return text.Length == 10;
            if (text.Length < 19 || text[10] != 'T') return false;
            text = text[11..];
        }

        return TryReadTime(text, ref value, zoned: type == FieldType.DateTime);
    }

    private static bool TryReadDate(ReadOnlySpan<byte> text, ref TemporalValue value)
    {
        if (text.Length < 10 || text[4] != '-' || text[7] != '-') return false;
        var century = Two(text, 0);
        var year = Two(text, 2);
        value.Month = Two(text, 5);
        value.Day = Two(text, 8);
        value.Year = century * 100 + year;
        return (century | year | value.Month | value.Day) >= 0;
    }

    private static bool TryReadTime(ReadOnlySpan<byte> text, ref TemporalValue value, bool zoned)
    {
        if (text.Length < 8 || text[2] != ':' || text[5] != ':') return false;
        value.Hour = Two(text, 0);
        value.Minute = Two(text, 3);
        value.Second = Two(text, 6);
        if ((value.Hour | value.Minute | value.Second) < 0) return false;
        text = text[8..];
        if (!text.IsEmpty && text[0] == '.' && !TryReadFraction(ref text, ref value)) return false;
        return text.IsEmpty || (zoned && TryReadOffset(text, ref value));
    }

    /// <summary>Reads up to nine decimals after a point.</summary>
    public static bool TryReadFraction(ref ReadOnlySpan<byte> text, ref TemporalValue value)
    {
        text = text[1..];
        var digits = 0;
        var fraction = 0;
        while (digits < text.Length && char.IsAsciiDigit((char)text[digits]))
        {
            if (digits == 9) return false;
            fraction = fraction * 10 + (text[digits++] - '0');
        }

        if (digits == 0) return false;
        for (var i = digits; i < 9; i++) fraction *= 10;
        value.Fraction = fraction;
        text = text[digits..];
        return true;
    }

    /// <summary>Reads <c>Z</c>, <c>+hh:mm</c>, <c>+hhmm</c> or <c>+hh</c>: the whole rest of a text.</summary>
    public static bool TryReadOffset(ReadOnlySpan<byte> text, ref TemporalValue value)
    {
        value.Offset = 0;
        if (text is [(byte)'Z']) return true;
        if (text.Length is not (3 or 5 or 6) || text[0] is not ((byte)'+' or (byte)'-')) return false;
        if (text.Length == 6 && text[3] != ':') return false;
        var hours = Two(text, 1);
        var minutes = text.Length == 3 ? 0 : Two(text, text.Length - 2);
        if (hours is < 0 or > 23 || minutes is < 0 or > 59) return false;
        value.Offset = (text[0] == '-' ? -1 : 1) * (hours * 60 + minutes);
        return true;
    }

    private static int Two(ReadOnlySpan<byte> text, int at)
    {
        var tens = (uint)(text[at] - '0');
        var ones = (uint)(text[at + 1] - '0');
        return tens > 9 || ones > 9 ? -1 : (int)(tens * 10 + ones);
    }
}
