using System.Globalization;
using Serverless.Csv.Values;

namespace Serverless.Csv.Profile;

/// <summary>
/// The number by which a column's values are measured: a number itself, a date in days, a time or a moment in seconds, a year, a text's
/// length in characters. Booleans have none.
/// </summary>
internal static class ValueMeasure
{
    private const int MaxDigits = 15;

    private static readonly double[] Powers = [.. Enumerable.Range(0, MaxDigits + 1).Select(i => Math.Pow(10, i))];

    /// <summary>Reads canonical text. False: it has no finite measure.</summary>
    public static bool TryRead(FieldType type, ReadOnlySpan<byte> text, out double measure)
    {
        measure = 0;
        switch (type)
        {
            case FieldType.Boolean:
                return false;
            case FieldType.Integer or FieldType.Number or FieldType.Year:
                return TryReadPlain(text, out measure)
                    || (double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out measure) && double.IsFinite(measure));
            case FieldType.Date or FieldType.Time or FieldType.DateTime:
                var value = TemporalValue.Empty;
                if (!IsoTime.TryRead(type, text, ref value) || !value.TryToUtc()) return false;
                measure = Seconds(type, value);
                return true;
            default:
                foreach (var b in text) measure += (b & 0xC0) != 0x80 ? 1 : 0;
                return true;
        }
    }

    /// <summary>Words a measure as its values are written; a text's length as a number.</summary>
    public static string Format(FieldType type, double measure) => type switch
    {
        FieldType.Integer when Math.Abs(measure) < 1e15 => Math.Round(measure).ToString("0", CultureInfo.InvariantCulture),
        FieldType.Date => Moment(measure * TimeSpan.SecondsPerDay).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
        FieldType.DateTime => Moment(Math.Round(measure)).ToString("yyyy-MM-ddTHH:mm:ss", CultureInfo.InvariantCulture),
        FieldType.Time => Moment(Math.Round(measure)).ToString("HH:mm:ss", CultureInfo.InvariantCulture),
        FieldType.Year => Math.Round(measure).ToString("0000", CultureInfo.InvariantCulture),
        _ => measure.ToString("R", CultureInfo.InvariantCulture),
    };

    /// <summary>True when a mean and a deviation say something about such values.</summary>
    public static bool HasMean(FieldType type) => type is FieldType.Integer or FieldType.Number or FieldType.String or FieldType.Any;

    // At most 15 digits and a scale of at most 15: mantissa and power are exact, so their quotient is the nearest double.
    private static bool TryReadPlain(ReadOnlySpan<byte> text, out double measure)
    {
        measure = 0;
        var negative = !text.IsEmpty && text[0] == '-';
        if (negative) text = text[1..];
        if (text.IsEmpty || text.Length > MaxDigits) return false;
        var (mantissa, scale) = (0L, -1);
        foreach (var c in text)
        {
            if (c == '.' && scale < 0)
            {
                scale = 0;
                continue;
            }

            var digit = (uint)(c - '0');
            if (digit > 9) return false;
            mantissa = (mantissa * 10) + digit;
            if (scale >= 0) scale++;
        }

        measure = (negative ? -mantissa : mantissa) / Powers[Math.Max(scale, 0)];
        return true;
    }

    private static double Seconds(FieldType type, in TemporalValue value) => type switch
    {
        FieldType.Date => (new DateTime(value.Year, value.Month, value.Day) - DateTime.MinValue).TotalDays,
        FieldType.Time => value.BuildKey(FieldType.Time) / (double)TimeSpan.TicksPerSecond,
        _ => (value.BuildKey(FieldType.DateTime) >> 1) / (double)TimeSpan.TicksPerSecond,
    };

    private static DateTime Moment(double seconds) => new((long)Math.Clamp(seconds * TimeSpan.TicksPerSecond, 0, DateTime.MaxValue.Ticks));
}
