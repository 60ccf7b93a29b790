using Cronos;

namespace Serverless.Schedules;

/// <summary>The due times of a definition, by its cron expression or interval, in UTC.</summary>
/// <remarks>
/// When clocks go forward, a time that is left out is due at the moment of the change. When they go back, a time that comes twice is due
/// the first time, unless the expression repeats within the hour.
/// </remarks>
internal sealed class DueTimes
{
    private readonly CronExpression? _cron;
    private readonly TimeSpan _interval;
    private readonly DateTimeOffset _from;
    private readonly DateTimeOffset _until;

    private DueTimes(CronExpression? cron, TimeSpan interval, TimeZoneInfo zone, DateTimeOffset from, DateTimeOffset until) =>
        (_cron, _interval, Zone, _from, _until) = (cron, interval, zone, from, until);

    /// <summary>The zone that the definition speaks of.</summary>
    public TimeZoneInfo Zone { get; }

    /// <summary>The due times of a definition that was found valid.</summary>
    public static DueTimes Of(ScheduleDefinition definition) => new(
        definition.Cron is { } cron ? ParseCron(cron) : null,
        definition.Interval ?? default,
        TimeZoneInfo.FindSystemTimeZoneById(definition.TimeZone),
        definition.From ?? DateTimeOffset.MinValue,
        definition.Until ?? DateTimeOffset.MaxValue);

    /// <summary>Reads an expression of five or six fields.</summary>
    /// <exception cref="CronFormatException">It is none; it says which field is at fault.</exception>
    public static CronExpression ParseCron(string text)
    {
        var fields = text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).Length;
        return CronExpression.Parse(text, fields == 6 ? CronFormat.IncludeSeconds : CronFormat.Standard);
    }

    /// <summary>The first due time after the given one; null when none comes.</summary>
    public DateTimeOffset? FindNext(DateTimeOffset after)
    {
        // One tick earlier, so that the first moment itself can be due.
        if (after < _from) after = _from.AddTicks(-1);
        var next = _cron is null ? _from + (_interval * (Whole(after - _from) + 1)) : _cron.GetNextOccurrence(after, Zone);
        return next <= _until ? next?.ToUniversalTime() : null;
    }

    /// <summary>The next due times, as clocks in the zone show them.</summary>
    public IEnumerable<DateTimeOffset> ListUpcoming(DateTimeOffset after, int count)
    {
        for (var next = FindNext(after); next is { } due && count > 0; next = FindNext(due), count--)
            yield return TimeZoneInfo.ConvertTime(due, Zone);
    }

    /// <summary>The due times between two moments, both included, latest first.</summary>
    public IEnumerable<DateTimeOffset> ListBackwards(DateTimeOffset first, DateTimeOffset last)
    {
        if (first < _from) first = _from;
        if (last > _until) last = _until;
        for (var due = AtOrBefore(last); due is { } time && time >= first; due = AtOrBefore(time.AddTicks(-1)))
            yield return time.ToUniversalTime();
    }

    private DateTimeOffset? AtOrBefore(DateTimeOffset time) =>
        _cron is null ? _from + (_interval * Whole(time - _from)) : _cron.GetPreviousOccurrence(time, Zone, inclusive: true);

    // Rounds down, also below zero: the tick before the first due time is in the interval before it.
    private long Whole(TimeSpan passed) => (long)Math.Floor(passed.Ticks / (decimal)_interval.Ticks);
}
