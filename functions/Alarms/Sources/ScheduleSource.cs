using System.Text.Json;
using Serverless.Http;
using Serverless.Schedules;

namespace Serverless.Alarms.Sources;

/// <summary>Schedules that have not run at, or since, a due time that is long over. Those that are paused are not late.</summary>
internal sealed class ScheduleSource(ScheduleStore schedules) : IAlarmSource
{
    /// <inheritdoc/>
    public AlarmKind Kind => AlarmKind.ScheduleLate;

    /// <inheritdoc/>
    public async Task CheckAsync(AlarmDefinition definition, ValidationErrors faults, CancellationToken cancellationToken)
    {
        if (definition.Schedule is not { } name) return;
        if (!ScheduleName.IsValid(name)) faults.Add("schedule", ScheduleName.Rule);
        else if (await schedules.FindAsync(name, cancellationToken) is null)
            faults.Add("schedule", $"There is no schedule '{name}'. GET /api/schedules lists them.");
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<AlarmFindings>> FindAsync(
        IReadOnlyList<AlarmDefinition> alarms, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var bad = alarms.Select(_ => new Dictionary<string, string>(StringComparer.Ordinal)).ToList();
        var seen = new HashSet<string>(StringComparer.Ordinal);
        await foreach (var row in schedules.ListRunningAsync(cancellationToken))
        {
            seen.Add(row.RowKey);
            for (var i = 0; i < alarms.Count; i++)
            {
                if (alarms[i].Schedule is { } name && name != row.RowKey) continue;
                if (FindFault(row, alarms[i].After!.Value, now) is { } fault) bad[i][row.RowKey] = fault;
            }
        }

        // One that is paused or over is there, and not late.
        foreach (var (alarm, own) in alarms.Zip(bad))
        {
            if (alarm.Schedule is { } name && !seen.Contains(name) && !await schedules.HasAsync(name, cancellationToken))
                own[name] = AlarmFindings.WordGone("schedule");
        }

        return [.. bad.Select(b => new AlarmFindings(b))];
    }

    private static string? FindFault(ScheduleRow row, TimeSpan after, DateTimeOffset now)
    {
        try
        {
            return FindFault(row.ToSchedule(), after, now);
        }
        catch (JsonException)
        {
            return "It cannot be read, so that it never runs: put it again.";
        }
    }

    /// <summary>Says that a schedule is late; null when it is not.</summary>
    internal static string? FindFault(Schedule schedule, TimeSpan after, DateTimeOffset now)
    {
        var (definition, state) = (schedule.Definition, schedule.State);
        if (!definition.Enabled) return null;

        // What was put, or resumed, is watched from then on; a run by hand makes up for what was due before it.
        var last = state.LastRunId is null ? null : state.LastDue ?? state.LastStarted;
        var since = last > schedule.Updated ? last.Value : schedule.Updated;
        var latest = now - after - TimeSpan.FromSeconds(definition.JitterSeconds);
        if (latest <= since) return null;
        if (DueTimes.Of(definition).ListBackwards(since.AddTicks(1), latest).Take(1).ToList() is not [var due]) return null;

        var why = state.LastError is { } error ? $" {error}" : state.Active.Count > 0 ? " An earlier run has not ended." : "";
        return $"It was due at {AlarmSteps.FormatTime(due)} and did not run.{why}";
    }
}
