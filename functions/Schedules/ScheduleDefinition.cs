using System.Text.Json;

namespace Serverless.Schedules;

/// <summary>The target of a schedule and its times: as a caller gave it, with defaults filled in.</summary>
internal sealed record ScheduleDefinition
{
    /// <summary>
    /// Five fields (minute hour day month weekday), or six with the second first. A day of the month and a weekday must both fit: <c>0 9 13
    /// * FRI</c>
    /// is nine o'clock on each Friday the thirteenth, where other crons would take each thirteenth and each Friday. Null when there is an
    /// interval.
    /// </summary>
    public string? Cron { get; init; }

    /// <summary>From one due time to the next, counted from <see cref="From"/>. Null when there is a cron expression.</summary>
    public TimeSpan? Interval { get; init; }

    /// <summary>The IANA name of the time zone that the cron expression speaks of.</summary>
    /// <value>UTC by default.</value>
    public string TimeZone { get; init; } = "UTC";

    /// <summary>Nothing is due before.</summary>
    public DateTimeOffset? From { get; init; }

    /// <summary>Nothing is due after.</summary>
    public DateTimeOffset? Until { get; init; }

    /// <summary>The task that is sent. Null when there is a workflow.</summary>
    public string? Task { get; init; }

    /// <summary>The task's arguments.</summary>
    public JsonElement? Args { get; init; }

    /// <summary>A queue instead of the router's.</summary>
    public string? Queue { get; init; }

    /// <summary>The task's priority.</summary>
    public int Priority { get; init; }

    /// <summary>The tenant that the task runs for.</summary>
    public string? Tenant { get; init; }

    /// <summary>The workflow that is started. Null when there is a task.</summary>
    public string? Workflow { get; init; }

    /// <summary>The workflow's input.</summary>
    public JsonElement? Input { get; init; }

    /// <summary>False while it is paused.</summary>
    /// <value>True by default.</value>
    public bool Enabled { get; init; } = true;

    /// <summary>The rule for a due time while an earlier run is not done.</summary>
    /// <value>Skip by default.</value>
    public OverlapRule Overlap { get; init; }

    /// <summary>The rule for due times that went by while the app was down.</summary>
    /// <value>Last by default.</value>
    public CatchUpRule CatchUp { get; init; } = CatchUpRule.Last;

    /// <summary>Runs start up to so many seconds after their due time, so that schedules of one minute do not all start at once.</summary>
    /// <value>0 by default.</value>
    public int JitterSeconds { get; init; }

    /// <summary>True when due times are the same as another's.</summary>
    internal bool HasTimesOf(ScheduleDefinition other) =>
        (Cron, Interval, TimeZone, From, Until, JitterSeconds) == (other.Cron, other.Interval, other.TimeZone, other.From, other.Until,
            other.JitterSeconds);
}
