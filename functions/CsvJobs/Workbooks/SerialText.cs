using System.Globalization;

namespace Serverless.CsvJobs.Workbooks;

/// <summary>Numbers of a workbook as text; dates and times are numbers there too: days since an epoch.</summary>
internal static class SerialText
{
    private const double MillisecondsADay = 86_400_000;

    // 9999-12-31, counted from either.
    private const int LastDay = 2_958_465;
    private const int LastDay1904 = 2_957_003;

    // Lotus took 1900 for a leap year, and Excel after it: the 60th day is one that never was.
    private const int NoDay = 60;

    private static readonly DateTime Epoch = new(1899, 12, 30, 0, 0, 0, DateTimeKind.Unspecified);
    private static readonly DateTime Epoch1904 = new(1904, 1, 1, 0, 0, 0, DateTimeKind.Unspecified);

    public static string Of(string value, NumberKind kind, bool isDate1904)
    {
        // Whole numbers are kept digit by digit: some programs write more of them than a double holds.
        if (kind == NumberKind.Number && value.AsSpan(value[0] == '-' ? 1 : 0).IndexOfAnyExceptInRange('0', '9') < 0) return value;
        if (!double.TryParse(value, NumberStyles.Float, CultureInfo.InvariantCulture, out var number)) return value;
        if (kind == NumberKind.Number || number < 0 || number >= LastDay + 1) return Plain(number);
        if (kind == NumberKind.Elapsed) return Elapsed(number);

        var milliseconds = Math.Round((number - Math.Floor(number)) * MillisecondsADay);
        var day = (int)Math.Floor(number) + (milliseconds >= MillisecondsADay ? 1 : 0);
        if (day > (isDate1904 ? LastDay1904 : LastDay)) return Plain(number);
        var time = TimeSpan.FromMilliseconds(milliseconds % MillisecondsADay);
        if (kind == NumberKind.Time && day == 0) return Text(time);
        var date = isDate1904 ? Epoch1904.AddDays(day) : Epoch.AddDays(day < NoDay ? day + 1 : day);
        var text = !isDate1904 && day is 0 or NoDay
            ? day == 0 ? "1900-01-00" : "1900-02-29"
            : date.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
        return kind == NumberKind.Date && time == TimeSpan.Zero ? text : $"{text}T{Text(time)}";
    }

    private static string Text(TimeSpan time) =>
        time.ToString(time.Milliseconds == 0 ? @"hh\:mm\:ss" : @"hh\:mm\:ss\.fff", CultureInfo.InvariantCulture);

    private static string Elapsed(double days)
    {
        var time = TimeSpan.FromMilliseconds(Math.Round(days * MillisecondsADay));
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{(long)time.TotalHours:00}:{time.Minutes:00}:{time.Seconds:00}{(time.Milliseconds == 0 ? "" : $".{time.Milliseconds:000}")}");
    }

    // The fewest digits that give the same number back, without an exponent as long as that invents no digits.
    private static string Plain(double number)
    {
        var text = number.ToString("R", CultureInfo.InvariantCulture);
        var at = text.IndexOf('E', StringComparison.Ordinal);
        if (at < 0 || text[at + 1] == '+'
            || !int.TryParse(text.AsSpan(at + 1), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var exponent))
            return text;
        var digits = text[..at].Replace(".", "", StringComparison.Ordinal).TrimStart('-');
        return $"{(number < 0 ? "-" : "")}0.{new string('0', -exponent - 1)}{digits}";
    }
}
