namespace Serverless.Schedules.Endpoints;

/// <summary>A schedule as callers see it.</summary>
/// <param name="Name">The name.</param>
/// <param name="Definition">What it was put with, and could be put with again.</param>
/// <param name="NextRuns">The next due times, up to five, as clocks in its time zone show them; none while it is paused.</param>
/// <param name="LastRun">The latest run; null when there was none.</param>
/// <param name="Waiting">Due times that wait for an earlier run's end.</param>
/// <param name="Started">Runs started.</param>
/// <param name="Skipped">Due times left out because an earlier run was not done.</param>
/// <param name="Missed">Due times left out because the app was down, or too many waited.</param>
/// <param name="Failed">Due times that could not be started.</param>
/// <param name="LastError">Why the latest could not; null when it could.</param>
/// <param name="Created">When it was first put.</param>
/// <param name="Updated">When it was last changed.</param>
/// <param name="Paused">Since when it is paused, and by whom; null while it is not.</param>
internal sealed record ScheduleView(
    string Name, ScheduleDefinition Definition, IReadOnlyList<DateTimeOffset> NextRuns, ScheduledRun? LastRun,
    IReadOnlyList<DateTimeOffset> Waiting,
    long Started, long Skipped, long Missed, long Failed, string? LastError, DateTimeOffset Created, DateTimeOffset Updated,
    SchedulePause? Paused)
{
    private const int Shown = 5;

    /// <summary>Describes a schedule.</summary>
    public static ScheduleView Of(Schedule schedule)
    {
        var (definition, state) = (schedule.Definition, schedule.State);
        DateTimeOffset[] next = state.Due is { } due ? [.. DueTimes.Of(definition).ListUpcoming(due.AddTicks(-1), Shown)] : [];
        return new ScheduleView(
            schedule.Name, definition, next, state.LastRunId is { } id
                ? new ScheduledRun(id, state.LastDue, state.LastStarted!.Value) : null, state.Waiting,
            state.Started, state.Skipped, state.Missed, state.Failed, state.LastError, schedule.Created, schedule.Updated,
            schedule.Pause);
    }
}

/// <summary>A run of a schedule.</summary>
/// <param name="Id">The task's id.</param>
/// <param name="Due">Its due time; null when it was run by hand.</param>
/// <param name="Started">When it was sent.</param>
internal sealed record ScheduledRun(string Id, DateTimeOffset? Due, DateTimeOffset Started);

/// <summary>A page of schedules.</summary>
/// <param name="Schedules">In the order of their names.</param>
/// <param name="Next">The value for <c>after</c> that gives the next page; null on the last.</param>
internal sealed record SchedulePage(IReadOnlyList<ScheduleView> Schedules, string? Next);
