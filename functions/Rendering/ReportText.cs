using System.Globalization;

namespace Serverless.Rendering;

/// <summary>Words a report's values: the same in every report, wherever it is made.</summary>
internal static class ReportText
{
    private static readonly string[] Units = ["bytes", "kB", "MB", "GB", "TB"];

    /// <summary>A whole number with thousands apart: <c>1,234,567</c>.</summary>
    public static string Count(long value) => value.ToString("N0", CultureInfo.InvariantCulture);

    /// <summary>A measured number with five significant digits at most: <c>1234.5</c>, <c>0.00012</c>, <c>1.2e+20</c>.</summary>
    public static string FormatNumber(double value)
    {
        if (value == 0 || !double.IsFinite(value)) return value.ToString(CultureInfo.InvariantCulture);
        var magnitude = Math.Abs(value);
        if (magnitude is >= 1e15 or < 1e-6) return value.ToString("0.####e+0", CultureInfo.InvariantCulture);
        var decimals = Math.Clamp(4 - (int)Math.Floor(Math.Log10(magnitude)), 0, 10);
        return Math.Round(value, decimals).ToString("#,0.##########", CultureInfo.InvariantCulture);
    }

    /// <summary>A size in decimal units: <c>586.6 kB</c>.</summary>
    public static string FormatBytes(long bytes)
    {
        var (value, unit) = ((double)bytes, 0);
        for (; value >= 1000 && unit < Units.Length - 1; unit++) value /= 1000;
        return value.ToString(unit == 0 ? "0" : "0.0", CultureInfo.InvariantCulture) + " " + Units[unit];
    }

    /// <summary>A share of one in percent: <c>1.66 %</c>. What is not quite nothing or not quite all does not read so.</summary>
    public static string FormatShare(double share) => share switch
    {
        > 0 and < 0.0001 => "< 0.01 %",
        < 1 and > 0.9999 => "> 99.99 %",
        _ => (share * 100).ToString("0.##", CultureInfo.InvariantCulture) + " %",
    };

    /// <summary>A duration in its two largest units: <c>0.6 s</c>, <c>3 min 12 s</c>, <c>2 h 5 min</c>.</summary>
    public static string FormatDuration(TimeSpan duration) => duration switch
    {
        { TotalSeconds: < 0.9995 } => Invariant($"{duration.TotalMilliseconds:0} ms"),
        { TotalSeconds: < 59.95 } => Invariant($"{duration.TotalSeconds:0.0} s"),
        { TotalSeconds: < 3599.5 } =>
            Invariant($"{(int)Math.Round(duration.TotalSeconds) / 60} min {(int)Math.Round(duration.TotalSeconds) % 60} s"),
        _ => Invariant($"{(long)Math.Round(duration.TotalMinutes) / 60} h {(long)Math.Round(duration.TotalMinutes) % 60} min"),
    };

    /// <summary>A moment, to the second: <c>2026-11-24 06:00:00 UTC</c>.</summary>
    public static string FormatTime(DateTimeOffset time) =>
        time.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss 'UTC'", CultureInfo.InvariantCulture);

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
