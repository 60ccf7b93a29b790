using Microsoft.Extensions.Logging;

namespace Serverless.Alarms;

/// <summary>
/// Looks at what the alarms watch, and tells what has changed. Of several instances at work at once, the one whose change of the row is
/// stored decides what is told; should it die on the way, the next look tells it, and no receiver hears it twice.
/// </summary>
internal sealed class AlarmEvaluator(
    AlarmStore store, IEnumerable<IAlarmSource> sources, AlarmMessenger messenger, TimeProvider time, ILogger<AlarmEvaluator> logger)
{
    /// <summary>Looks once at everything that any alarm watches.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var alarms = await ReadAsync(cancellationToken);
        foreach (var source in sources)
        {
            var own = alarms.Where(a => a.Definition.When == source.Kind).ToList();
            if (own.Count > 0) await TryLookAsync(source, own, cancellationToken);
        }
    }

    private async Task<List<Alarm>> ReadAsync(CancellationToken cancellationToken)
    {
        var alarms = new List<Alarm>();
        foreach (var row in await store.ListAsync(cancellationToken))
        {
            if (row.TryRead(out var alarm)) alarms.Add(alarm);
            else Logs.NotRead(logger, row.RowKey);
        }

        return alarms;
    }

    private async Task TryLookAsync(IAlarmSource source, IReadOnlyList<Alarm> alarms, CancellationToken cancellationToken)
    {
        var (enabled, now) = (alarms.Where(a => a.Definition.Enabled).ToList(), time.GetUtcNow());
        IReadOnlyList<AlarmFindings>? findings = null;
        try
        {
            findings = enabled.Count == 0 ? [] : await source.FindAsync([.. enabled.Select(a => a.Definition)], now, cancellationToken);
        }
#pragma warning disable CA1031 // What one kind cannot look at is not the others' trouble; the next minute looks again.
        catch (Exception e) when (e is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
#pragma warning restore CA1031
        {
            Logs.NotLooked(logger, e, source.Kind);
        }

        var byName = findings is null ? [] : enabled.Zip(findings).ToDictionary(a => a.First.Name, a => a.Second);
        foreach (var alarm in alarms) await TryAdvanceAsync(alarm, byName.GetValueOrDefault(alarm.Name), now, cancellationToken);
    }

    private async Task TryAdvanceAsync(Alarm alarm, AlarmFindings? findings, DateTimeOffset now, CancellationToken cancellationToken)
    {
        try
        {
            await AdvanceAsync(alarm, findings, now, cancellationToken);
        }
#pragma warning disable CA1031 // One alarm's trouble is not its neighbours'; its row still has what is to be told.
        catch (Exception e) when (e is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
#pragma warning restore CA1031
        {
            Logs.NotTold(logger, e, alarm.Name);
        }
    }

    private async Task AdvanceAsync(Alarm alarm, AlarmFindings? findings, DateTimeOffset now, CancellationToken cancellationToken)
    {
        // What another could not tell to its end comes first; what was found meanwhile is found again in a minute.
        if (alarm.State.Pending.Count == 0)
        {
            if (findings is null || AlarmSteps.Judge(alarm.State, findings, alarm.Definition.GetQuiet(), now) is not { } state) return;

            // Put anew, or told by another instance: the next look judges what it is by then.
            if (await store.TrySaveAsync(alarm with { State = state }, cancellationToken) is not { } saved) return;
            alarm = saved;
            if (state.Pending.Count == 0) return;
        }

        await messenger.TellAsync(alarm, cancellationToken);
        var told = alarm.State.Pending;
        await store.ChangeAsync(
            alarm.Name,
            found => found?.Id == alarm.Id ? found with { State = AlarmSteps.NoteTold(found.State, told) } : null,
            cancellationToken);
        foreach (var message in told)
            Logs.Told(logger, alarm.Name, message.IsGood ? "good" : "raised", message.Causes.Count + message.More);
    }
}
