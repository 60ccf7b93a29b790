using Microsoft.DurableTask.Client;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Serverless.Resilience;

namespace Serverless.Timers;

/// <summary>
/// Runs what is due, each work by itself: one that throws, blocks or takes long keeps none of the others from its time. A look ends before
/// the next one is due; what still runs then is waited for by the next look, so that an instance with work in it always has an invocation.
/// </summary>
internal sealed class TimedWorkRunner(
    IEnumerable<ITimedWork> works, IOptions<ClockSettings> settings, WorkStore store, IHostApplicationLifetime host, TimeProvider time,
    ILogger<TimedWorkRunner> logger)
{
    // A timer may fire a little before its time; so much before the next one, a look ends.
    private static readonly TimeSpan Margin = TimeSpan.FromSeconds(1);

    // Work that listens to its cancellation ends within it.
    private static readonly TimeSpan Grace = TimeSpan.FromMinutes(1);

    // Storage that answers late must not take the minute of those that do not need it.
    private static readonly TimeSpan ReadLimit = TimeSpan.FromSeconds(10);

    private readonly Lock _lock = new();
    private readonly List<Turn> _turns = [.. works.Select(w => new Turn(w, settings.Value.Find(w.Name)))];

    /// <summary>Starts what is due, and waits for what runs until the next look is near.</summary>
    public async Task RunDueAsync(DurableTaskClient client, CancellationToken cancellationToken)
    {
        var end = settings.Value.Clock.FindNext(time.GetUtcNow() + Margin) - Margin;
        await TryReadAsync(cancellationToken);
        Task running;
        lock (_lock)
        {
            foreach (var turn in _turns) StartIfDue(turn, client, cancellationToken);
            running = Task.WhenAll(_turns.Select(t => t.Running));
        }

        try
        {
            // Without the token: it is the runs' own, and they end by it.
            if (end - time.GetUtcNow() is { } left && left > TimeSpan.Zero) await running.WaitAsync(left, time, CancellationToken.None);
        }
        catch (TimeoutException)
        {
            // The next look goes on waiting.
        }

        cancellationToken.ThrowIfCancellationRequested();
    }

    private async Task TryReadAsync(CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(ReadLimit, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            var states = await store.ReadAsync(either.Token);
            var now = time.GetUtcNow();
            lock (_lock)
            {
                foreach (var turn in _turns) turn.Take(states.GetValueOrDefault(turn.Work.Name), now);
            }
        }
#pragma warning disable CA1031 // Storage that is away must not keep the health check from saying so.
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
#pragma warning restore CA1031
        {
            WorkLogs.StatesNotRead(logger, e);
        }
    }

    private void StartIfDue(Turn turn, DurableTaskClient client, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        if (turn.Schedule is not { } schedule) return;
        var isFrequent = schedule.IsFrequent(now);
        if (turn.Last is null && !isFrequent)
        {
            // What was never run is counted from now; while storage does not say whether it was, nothing is done.
            if (!turn.IsRead) return;
            turn.Start(now, now);
            turn.Running = SaveAsync(turn.Work.Name, new WorkState(now));
            return;
        }

        if ((turn.Last is { } last ? schedule.FindNext(last) : now) is not { } due || due > now + Margin) return;
        if (!turn.Running.IsCompleted)
        {
            if (!turn.IsLate) WorkLogs.WorkStillRuns(logger, turn.Work.Name, turn.StartedAt);
            turn.IsLate = true;
            return;
        }

        var runFor = due > now ? due : now;
        turn.Start(runFor, now);

        // Linked while the invocation is there for certain: the run may outlive it.
        var stops = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, host.ApplicationStopping);
        turn.Running = Task.Run(() => RunAsync(turn, runFor, isFrequent, client, stops), CancellationToken.None);
    }

    private async Task RunAsync(
        Turn turn, DateTimeOffset runFor, bool isFrequent, DurableTaskClient client, CancellationTokenSource stops)
    {
        using var owned = stops;
        var (name, limit, started, hadFailed) = (turn.Work.Name, turn.Work.Limit, time.GetTimestamp(), turn.HasFailed);
        using var span = TimerTelemetry.Start(name);
        using var limited = new CancellationTokenSource(limit, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limited.Token, stops.Token);
        (string Type, string Text)? error = null;
        var token = either.Token;
        var run = Task.Run(() => turn.Work.RunAsync(new TimedRun(client), token), CancellationToken.None);
        try
        {
            await run.WaitAsync(limit + Grace, time, CancellationToken.None);
            WorkLogs.WorkEnded(logger, name, time.GetElapsedTime(started).TotalSeconds);
        }
        catch (OperationCanceledException) when (stops.IsCancellationRequested)
        {
            // Not done, so not noted: the next start makes up for it.
            return;
        }
        catch (OperationCanceledException) when (limited.IsCancellationRequested)
        {
            WorkLogs.WorkTimedOut(logger, name, limit);
            error = ("limit", $"It took longer than {limit}.");
        }
        catch (TimeoutException) when (!run.IsCompleted)
        {
            WorkLogs.WorkGivenUp(logger, name, limit);
            error = ("limit", $"It did not end, though it was cancelled after {limit}.");
        }
#pragma warning disable CA1031 // Whatever is wrong with one work, the others run.
        catch (Exception e)
#pragma warning restore CA1031
        {
            WorkLogs.WorkFailed(logger, e, name, time.GetElapsedTime(started).TotalSeconds);
            error = (ErrorName.Of(e), e.Message);
        }

        TimerTelemetry.RecordEnd(span, name, time.GetElapsedTime(started), error?.Type);
        if (isFrequent && error is null && !hadFailed) return;
        await SaveAsync(name, new WorkState(runFor, error is null ? null : time.GetUtcNow(), error?.Text));
    }

    private async Task SaveAsync(string name, WorkState state)
    {
        try
        {
            // Also when the host stops: what is done is not done again.
            await store.SaveAsync(name, state, CancellationToken.None);
        }
#pragma warning disable CA1031 // This instance knows it all the same, and work that runs once more finds nothing left to do.
        catch (Exception e)
#pragma warning restore CA1031
        {
            WorkLogs.StateNotSaved(logger, e, name);
        }
    }

    /// <summary>Work, and where it is.</summary>
    private sealed class Turn(ITimedWork work, WorkSchedule? schedule)
    {
        public ITimedWork Work => work;

        public WorkSchedule? Schedule => schedule;

        /// <summary>The due time of the latest run; null when none is known.</summary>
        public DateTimeOffset? Last { get; private set; }

        public DateTimeOffset StartedAt { get; private set; }

        public bool HasFailed { get; private set; }

        /// <summary>True once it was asked for in storage.</summary>
        public bool IsRead { get; private set; }

        /// <summary>It was due again while it ran.</summary>
        public bool IsLate { get; set; }

        public Task Running { get; set; } = Task.CompletedTask;

        public void Take(WorkState? state, DateTimeOffset now)
        {
            IsRead = true;
            HasFailed = state?.FailedAt is not null;

            // A time to come was noted by a clock that was wrong.
            if (state?.Last > (Last ?? DateTimeOffset.MinValue) && state.Last <= now + Grace) Last = state.Last;
        }

        public void Start(DateTimeOffset last, DateTimeOffset now) => (Last, StartedAt, IsLate) = (last, now, false);
    }
}
