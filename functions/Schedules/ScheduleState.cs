namespace Serverless.Schedules;

/// <summary>The progress of a schedule.</summary>
internal sealed record ScheduleState
{
    /// <summary>The first due time that was not taken in yet; null when none comes, or while it is paused.</summary>
    public DateTimeOffset? Due { get; init; }

    /// <summary>Due times that wait for an earlier run's end.</summary>
    public IReadOnlyList<DateTimeOffset> Waiting { get; init; } = [];

    /// <summary>Due times whose runs are being started.</summary>
    public IReadOnlyList<DateTimeOffset> Starting { get; init; } = [];

    /// <summary>Until then the instance that took the schedule last may be starting its runs, and others leave it alone.</summary>
    public DateTimeOffset? ClaimedUntil { get; init; }

    /// <summary>Ids of the latest runs that were not seen to end.</summary>
    public IReadOnlyList<string> Active { get; init; } = [];

    /// <summary>The due time of the latest run; null when it was started by hand.</summary>
    public DateTimeOffset? LastDue { get; init; }

    /// <summary>When the latest run was started.</summary>
    public DateTimeOffset? LastStarted { get; init; }

    /// <summary>The id of the latest run.</summary>
    public string? LastRunId { get; init; }

    /// <summary>The reason that nothing was started for the latest due time; null when it was.</summary>
    public string? LastError { get; init; }

    /// <summary>Runs started.</summary>
    public long Started { get; init; }

    /// <summary>Due times left out because an earlier run was not done.</summary>
    public long Skipped { get; init; }

    /// <summary>Due times left out because the app was down, or too many waited.</summary>
    public long Missed { get; init; }

    /// <summary>Due times that could not be started.</summary>
    public long Failed { get; init; }
}
