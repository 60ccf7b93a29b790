namespace Serverless.Schedules;

/// <summary>The decisions that move a schedule's state on. Nothing here reads a clock or a table.</summary>
internal static class ScheduleSteps
{
    /// <summary>The most due times that are made up for, or wait.</summary>
    public const int MaxWaiting = 100;

    /// <summary>Due times that are looked back at; of those before, nobody counts how many they were.</summary>
    private const int MaxExamined = 1_000;

    private const int MaxActive = 16;

    private static readonly TimeSpan WaitingPoll = TimeSpan.FromSeconds(15);

    /// <summary>When the run of a due time starts.</summary>
    public static DateTimeOffset StartOf(Schedule schedule, DateTimeOffset due) =>
        due + Jitter.Of(schedule.Name, due, schedule.Definition.JitterSeconds);

    /// <summary>Takes in the due times that have come, as the catch-up rule says.</summary>
    /// <param name="schedule">The schedule.</param>
    /// <param name="now">The time.</param>
    /// <param name="watchedSince">What was to start before has gone by unseen.</param>
    public static ScheduleState TakeDue(Schedule schedule, DateTimeOffset now, DateTimeOffset watchedSince)
    {
        var (definition, state) = (schedule.Definition, schedule.State);
        if (!definition.Enabled || state.Due is not { } due || StartOf(schedule, due) > now) return state;

        // In their order, even where jitter would have a later one start first.
        var times = DueTimes.Of(definition);
        List<DateTimeOffset> come =
            [.. times.ListBackwards(due, now).Take(MaxExamined).Reverse().TakeWhile(t => StartOf(schedule, t) <= now)];
        if (come.Count == 0) come = [due];
        var late = come.FindAll(t => StartOf(schedule, t) < watchedSince);
        var inTime = come[late.Count..];
        var madeUp = definition.CatchUp switch
        {
            CatchUpRule.All => late,
            CatchUpRule.Last when inTime.Count == 0 => late[^1..],
            _ => [],
        };
        List<DateTimeOffset> waiting = [.. state.Waiting, .. madeUp, .. inTime];
        var excess = Math.Max(0, waiting.Count - MaxWaiting);
        return state with
        {
            Due = times.FindNext(
            come[^1]),
            Waiting = waiting[excess..],
            Missed = state.Missed + late.Count - madeUp.Count + excess
        };
    }

    /// <summary>Decides which of the waiting due times start now, as the overlap rule says.</summary>
    /// <param name="state">The state, with what has become due.</param>
    /// <param name="rule">The overlap rule.</param>
    /// <param name="active">Those of the latest runs that are not done.</param>
    public static ScheduleState Decide(ScheduleState state, OverlapRule rule, IReadOnlyList<string> active)
    {
        state = state with { Active = active };
        if (state.Waiting.Count == 0) return state;
        if (rule == OverlapRule.Allow) return state with { Starting = [.. state.Starting, .. state.Waiting], Waiting = [] };

        var isBusy = active.Count > 0 || state.Starting.Count > 0;
        if (rule == OverlapRule.Queue)
            return isBusy ? state : state with { Starting = [state.Waiting[0]], Waiting = [.. state.Waiting.Skip(1)] };

        // Of several at once, the latest has the newest of whatever the run is about.
        return isBusy
            ? state with { Waiting = [], Skipped = state.Skipped + state.Waiting.Count }
            : state with { Starting = [state.Waiting[^1]], Waiting = [], Skipped = state.Skipped + state.Waiting.Count - 1 };
    }

    /// <summary>Notes that a run was started.</summary>
    /// <param name="state">The state before.</param>
    /// <param name="due">Its due time; null when it was started by hand.</param>
    /// <param name="runId">Its id.</param>
    /// <param name="now">The time.</param>
    public static ScheduleState NoteStarted(ScheduleState state, DateTimeOffset? due, string runId, DateTimeOffset now) =>
        Settled(state, due) with
        {
            Active = [.. state.Active.Append(runId).Distinct().TakeLast(MaxActive)],
            LastDue = due,
            LastStarted = now,
            LastRunId = runId,
            LastError = null,
            Started = state.Started + 1,
        };

    /// <summary>Notes that a run can never be started.</summary>
    public static ScheduleState NoteRefused(ScheduleState state, DateTimeOffset due, string error) =>
        Settled(state, due) with { LastError = error, Failed = state.Failed + 1 };

    /// <summary>
    /// Puts another definition into effect. What has come by then is due all the same: an edit does not undo it, a pause does.
    /// </summary>
    /// <param name="schedule">The schedule.</param>
    /// <param name="definition">The other definition.</param>
    /// <param name="now">The time.</param>
    /// <param name="watchedSince">What was to start before has gone by unseen.</param>
    /// <param name="by">Who does, and has paused it then.</param>
    public static Schedule Redefine(
        Schedule schedule, ScheduleDefinition definition, DateTimeOffset now, DateTimeOffset watchedSince, string? by = null)
    {
        var state = TakeDue(schedule, now, watchedSince);
        if (!definition.Enabled) state = schedule.State with { Due = null, Waiting = [] };
        else if (state.Due is null || !definition.HasTimesOf(schedule.Definition))
            state = state with { Due = DueTimes.Of(definition).FindNext(now) };
        var pause = definition.Enabled ? null : schedule.Pause ?? new SchedulePause(now, by);
        return schedule with { Definition = definition, State = state, Updated = now, Pause = pause };
    }

    /// <summary>When the schedule has to be looked at again; null for never.</summary>
    public static DateTimeOffset? FindNextLook(Schedule schedule, DateTimeOffset now)
    {
        var state = schedule.State;
        if (state.ClaimedUntil is { } claimed) return claimed;
        DateTimeOffset? start = state.Due is { } due ? StartOf(schedule, due) : null;
        DateTimeOffset? waiting = state.Waiting.Count > 0 ? now + WaitingPoll : null;
        return start is null || waiting < start ? waiting : start;
    }

    private static ScheduleState Settled(ScheduleState state, DateTimeOffset? due)
    {
        List<DateTimeOffset> left = [.. state.Starting.Where(d => d != due)];
        return state with { Starting = left, ClaimedUntil = left.Count == 0 ? null : state.ClaimedUntil };
    }
}
