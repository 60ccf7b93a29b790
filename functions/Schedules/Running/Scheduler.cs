using Microsoft.DurableTask.Client;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Serverless.Schedules.Running;

/// <summary>
/// Starts what is due. Of several instances at work at once, the one whose change of the row is stored starts the runs; should it die on
/// the way, another does so when the claim has expired, under the same ids, of which a second one is no second run.
/// </summary>
internal sealed class Scheduler(
    ScheduleStore store, ScheduleTargets targets, ScheduleWatch watch, IOptions<ScheduleSettings> settings, TimeProvider time,
    IHostApplicationLifetime host, ILogger<Scheduler> logger)
{
    private const int AtOnce = 8;

    private readonly Lock _lock = new();
    private TaskCompletionSource _changed = New();
    private bool _looksAgain;

    /// <summary>Starts what is due now, and waits for what is due soon.</summary>
    public async Task RunAsync(DurableTaskClient client, CancellationToken cancellationToken)
    {
        var end = time.GetUtcNow() + settings.Value.Ahead;
        while (true)
        {
            var changed = _changed.Task;
            if (await LookAsync(client, end, cancellationToken) is not { } next) return;
            var wait = next - time.GetUtcNow();
            if (wait > TimeSpan.Zero && !await WaitAsync(wait, changed, cancellationToken)) return;
        }
    }

    /// <summary>
    /// Looks in the background, beside the timer: a schedule was made, or its times were changed, and it may be due before the timer's next
    /// look. Should this instance end before that, the timer's look is late, and starts what was due all the same.
    /// </summary>
    public void LookSoon(DurableTaskClient client)
    {
        lock (_lock)
        {
            _changed.TrySetResult();
            _changed = New();
            if (_looksAgain) return;
            _looksAgain = true;
        }

        _ = Task.Run(() => LookAgainAsync(client), CancellationToken.None);
    }

    /// <summary>Starts a run at once, whatever the schedule's times and rules.</summary>
    /// <returns>The run's id, and where it is looked at below <c>/api/</c>; null when there is no such schedule.</returns>
    public async Task<(string Id, string Path)?> StartNowAsync(DurableTaskClient client, string name, CancellationToken cancellationToken)
    {
        if (await store.FindAsync(name, cancellationToken) is not { } schedule) return null;
        var now = time.GetUtcNow();
        var runId = ScheduleName.RunId(name, now, Guid.NewGuid());
        await targets.Of(schedule.Definition).StartAsync(client, schedule.Definition, runId, cancellationToken);
        await store.UpdateAsync(name, s => s with { State = ScheduleSteps.NoteStarted(s.State, null, runId, now) }, cancellationToken);
        Logs.StartedByHand(logger, name, runId);
        return (runId, targets.Of(schedule.Definition).PathOf(runId));
    }

    private static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private async Task LookAgainAsync(DurableTaskClient client)
    {
        Task changed;
        do
        {
            changed = _changed.Task;
            try
            {
                await RunAsync(client, host.ApplicationStopping);
            }
#pragma warning disable CA1031 // The timer's next look does what this one could not.
            catch (Exception e)
#pragma warning restore CA1031
            {
                if (!host.ApplicationStopping.IsCancellationRequested) Logs.NotLooked(logger, e);
            }
        }
        while (!IsDone(changed));
    }

    private bool IsDone(Task changed)
    {
        lock (_lock) return !(_looksAgain = changed.IsCompleted && !host.ApplicationStopping.IsCancellationRequested);
    }

    /// <returns>False when the host stops meanwhile: what is due is another instance's, or the next start's.</returns>
    private async Task<bool> WaitAsync(TimeSpan wait, Task changed, CancellationToken cancellationToken)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, host.ApplicationStopping);
        try
        {
            await changed.WaitAsync(wait, time, either.Token);
            return true;
        }
        catch (TimeoutException)
        {
            return true;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return false;
        }
    }

    /// <returns>When the next schedule has to be looked at, up to the end; null when none has.</returns>
    private async Task<DateTimeOffset?> LookAsync(DurableTaskClient client, DateTimeOffset end, CancellationToken cancellationToken)
    {
        watch.NoteLook();
        try
        {
            return await LookAtAllAsync(client, end, cancellationToken);
        }
        catch
        {
            watch.NoteFailure();
            throw;
        }
    }

    private async Task<DateTimeOffset?> LookAtAllAsync(DurableTaskClient client, DateTimeOffset end, CancellationToken cancellationToken)
    {
        DateTimeOffset? next = null;
        var now = time.GetUtcNow();
        var gate = new Lock();
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancellationToken };
        await Parallel.ForEachAsync(store.ListDueAsync(end, cancellationToken), parallel, async (due, token) =>
        {
            var look = due.Next > now ? due.Next : await TryAdvanceAsync(client, due, token);
            lock (gate)
            {
                if (look < (next ?? DateTimeOffset.MaxValue)) next = look;
            }
        });
        return next <= end ? next : null;
    }

    private async Task<DateTimeOffset?> TryAdvanceAsync(DurableTaskClient client, ScheduleRow row, CancellationToken cancellationToken)
    {
        try
        {
            return await AdvanceAsync(client, row.ToSchedule(), cancellationToken);
        }
#pragma warning disable CA1031 // One schedule's trouble is not its neighbours'; its row still says that it is due, or what was started.
        catch (Exception e) when (e is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
#pragma warning restore CA1031
        {
            Logs.NotAdvanced(logger, e, row.RowKey);
            return null;
        }
    }

    /// <returns>When the schedule has to be looked at again.</returns>
    private async Task<DateTimeOffset?> AdvanceAsync(DurableTaskClient client, Schedule schedule, CancellationToken cancellationToken)
    {
        while (true)
        {
            var now = time.GetUtcNow();
            if (schedule.State.ClaimedUntil > now) return schedule.State.ClaimedUntil;
            if (await TakeAsync(client, schedule, now, cancellationToken) is { } taken)
                return await StartAsync(client, taken, cancellationToken);

            // Edited, or taken by another instance: what it is now decides.
            if (await store.FindAsync(schedule.Name, cancellationToken) is not { } changed) return null;
            if (ScheduleSteps.FindNextLook(changed, now) is var look && (look is null || look > now)) return look;
            schedule = changed;
        }
    }

    /// <returns>The schedule with its runs claimed; null when somebody else changed it first.</returns>
    private async Task<Schedule?> TakeAsync(
        DurableTaskClient client, Schedule schedule, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var (definition, before) = (schedule.Definition, schedule.State);
        var state = ScheduleSteps.TakeDue(schedule, now, watch.Since);
        var asks = state.Waiting.Count > 0 && definition.Overlap != OverlapRule.Allow;
        state = ScheduleSteps.Decide(
            state, definition.Overlap, asks ? await targets.FindActiveAsync(client, state.Active, cancellationToken) : state.Active);
        if (state.Starting.Count > 0) state = state with { ClaimedUntil = now + settings.Value.Claim };
        if (await store.TrySaveAsync(schedule with { State = state }, cancellationToken) is not { } saved) return null;

        if (state.Missed > before.Missed) Logs.Missed(logger, schedule.Name, state.Missed - before.Missed);
        if (state.Skipped > before.Skipped) Logs.Skipped(logger, schedule.Name, state.Skipped - before.Skipped);
        return saved;
    }

    private async Task<DateTimeOffset?> StartAsync(DurableTaskClient client, Schedule schedule, CancellationToken cancellationToken)
    {
        foreach (var due in schedule.State.Starting) schedule = await StartAsync(client, schedule, due, cancellationToken);
        return ScheduleSteps.FindNextLook(schedule, time.GetUtcNow());
    }

    private async Task<Schedule> StartAsync(
        DurableTaskClient client, Schedule schedule, DateTimeOffset due, CancellationToken cancellationToken)
    {
        var runId = ScheduleName.RunId(schedule.Name, due);
        Func<Schedule, Schedule> note;
        try
        {
            await targets.Of(schedule.Definition).StartAsync(client, schedule.Definition, runId, cancellationToken);
            var now = time.GetUtcNow();
            note = s => s.State.Starting.Contains(due) ? s with { State = ScheduleSteps.NoteStarted(s.State, due, runId, now) } : s;
            Logs.Started(logger, schedule.Name, runId);
        }
        catch (Exception e) when (ScheduleTargets.IsFinal(e))
        {
            // It was found valid once: the app has changed since. Trying again would not help, the next due time may.
            note = s => s.State.Starting.Contains(due) ? s with { State = ScheduleSteps.NoteRefused(s.State, due, e.Message) } : s;
            Logs.Refused(logger, e, schedule.Name, runId);
        }

        // Changed or deleted meanwhile, it is what it is now; what was started is noted there.
        var noted = note(schedule);
        return await store.TrySaveAsync(noted, cancellationToken) ?? await store.UpdateAsync(schedule.Name, note, cancellationToken)
            ?? noted;
    }
}
