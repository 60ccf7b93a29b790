using System.Globalization;
using Cronos;

namespace Serverless.Timers;

/// <summary>Due times: an NCRONTAB expression in UTC, or an interval; the same two that a timer function takes.</summary>
internal sealed class WorkSchedule
{
    /// <summary>The word of a setting for work that is never due.</summary>
    public const string Off = "off";

    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    private readonly CronExpression? _cron;
    private readonly TimeSpan _interval;

    private WorkSchedule(CronExpression? cron, TimeSpan interval) => (_cron, _interval) = (cron, interval);

    /// <summary>Reads a setting.</summary>
    /// <returns>Null for <see cref="Off"/>.</returns>
    /// <exception cref="FormatException">It is no schedule; the message says what is expected.</exception>
    public static WorkSchedule? Parse(string text)
    {
        if (text.Equals(Off, StringComparison.OrdinalIgnoreCase)) return null;
        if (text.Contains(':', StringComparison.Ordinal) && TimeSpan.TryParse(text, CultureInfo.InvariantCulture, out var interval)
            && interval > TimeSpan.Zero) return new WorkSchedule(null, interval);
        var fields = text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).Length;
        return CronExpression.TryParse(text, fields == 6 ? CronFormat.IncludeSeconds : CronFormat.Standard, out var cron)
            ? new WorkSchedule(cron, default)
            : throw new FormatException(
                $"'{text}' is neither an NCRONTAB expression (second minute hour day month weekday, such as '0 */5 * * * *') nor an " +
                $"interval (hh:mm:ss) nor '{Off}'.");
    }

    /// <summary>The first due time after a moment; null when none comes.</summary>
    public DateTimeOffset? FindNext(DateTimeOffset after) =>
        _cron is null ? after + _interval : _cron.GetNextOccurrence(after, TimeZoneInfo.Utc);

    /// <summary>Its due times are a minute apart or less, so that none is worth making up for.</summary>
    public bool IsFrequent(DateTimeOffset now) =>
        FindNext(now) is { } first && FindNext(first) is { } second && second - first <= Minute;
}
