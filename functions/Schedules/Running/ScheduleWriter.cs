namespace Serverless.Schedules.Running;

/// <summary>Makes a schedule, or gives the one of its name another definition while it runs.</summary>
internal sealed class ScheduleWriter(ScheduleStore store, ScheduleWatch watch)
{
    /// <summary>Stores it.</summary>
    /// <param name="name">The schedule.</param>
    /// <param name="define">The definition, from the one before; null when there was none.</param>
    /// <param name="by">Who puts it.</param>
    /// <param name="now">The time, in whole seconds.</param>
    /// <param name="cancellationToken">Ends the requests.</param>
    /// <returns>The schedule, and whether it is a new one.</returns>
    public async Task<(Schedule Schedule, bool IsNew)> PutAsync(
        string name, Func<ScheduleDefinition?, ScheduleDefinition> define, string by, DateTimeOffset now,
        CancellationToken cancellationToken)
    {
        Schedule? known = null;
        var saved = await store.PutAsync(
            name,
            found =>
            {
                known = found;
                var definition = define(found?.Definition);
                var schedule = found ?? new Schedule(name, definition, new ScheduleState(), now, now);
                return ScheduleSteps.Redefine(schedule, Anchored(definition, found, now), now, watch.Since, by);
            },
            cancellationToken);
        return (saved, known is null);
    }

    /// <summary>The second that a time is in: due times are whole seconds.</summary>
    public static DateTimeOffset TrimToSecond(DateTimeOffset time) =>
        new(time.UtcTicks / TimeSpan.TicksPerSecond * TimeSpan.TicksPerSecond, TimeSpan.Zero);

    // An interval counts from somewhere: from now, but an edited schedule keeps the beat it had.
    private static ScheduleDefinition Anchored(ScheduleDefinition definition, Schedule? known, DateTimeOffset now) =>
        definition is not { Interval: { } interval, From: null } ? definition
        : definition with { From = known?.Definition is { Interval: { } before, From: { } from } && before == interval ? from : now };
}
