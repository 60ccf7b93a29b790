using System.Globalization;
using NCrontab;
using Serverless.Local.Runtime.Hosting;

namespace Serverless.Local.Runtime.Timers;

/// <summary>When a timer runs: an NCRONTAB expression, in UTC as on Azure, or a fixed interval.</summary>
internal sealed class TimerSchedule
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    private readonly CrontabSchedule? _cron;
    private readonly TimeSpan _interval;

    private TimerSchedule(string text, CrontabSchedule? cron, TimeSpan interval) => (Text, _cron, _interval) = (text, cron, interval);

    public string Text { get; }

    /// <exception cref="BindingFaultException">The text is neither, or names no time.</exception>
    public static TimerSchedule Parse(string text, DateTime now)
    {
        // With five fields a run at second 0 is meant; the Functions host takes both.
        var hasSeconds = text.Split(' ', StringSplitOptions.RemoveEmptyEntries).Length == 6;
        if (CrontabSchedule.TryParse(text, new CrontabSchedule.ParseOptions { IncludingSeconds = hasSeconds }) is { } cron)
        {
            return cron.GetNextOccurrence(now, DateTime.MaxValue) < DateTime.MaxValue
                ? new TimerSchedule(text, cron, default)
                : throw new BindingFaultException($"its schedule '{text}' names no time that ever comes.");
        }

        return text.Contains(':', StringComparison.Ordinal) && TimeSpan.TryParse(text, CultureInfo.InvariantCulture, out var interval)
            && interval > TimeSpan.Zero
            ? new TimerSchedule(text, null, interval)
            : throw new BindingFaultException(
                $"its schedule '{text}' is neither an NCRONTAB expression (second minute hour day month weekday, such as '0 */5 * * * " +
                $"*') nor an interval (hh:mm:ss).");
    }

    /// <summary>The first run after the time.</summary>
    public DateTime FindNext(DateTime after) =>
        _cron is null ? after + _interval : DateTime.SpecifyKind(_cron.GetNextOccurrence(after), DateTimeKind.Utc);

    /// <summary>Runs come closer than a minute, so that none is worth making up for.</summary>
    public bool IsFrequent(DateTime now)
    {
        var time = now;
        for (var i = 0; i < 5; i++)
        {
            var next = FindNext(time);
            if (i > 0 && next - time < Minute) return true;
            time = next;
        }

        return false;
    }
}
