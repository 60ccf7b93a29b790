using System.Collections.Concurrent;
using Microsoft.Azure.Functions.Worker;

namespace Serverless.IntegrationTests.Timers;

/// <summary>The runs of timers: what they told their functions, and when.</summary>
public sealed class TimerRuns(TimeProvider time)
{
    private readonly ConcurrentQueue<Run> _runs = [];
    private int _running;

    public IReadOnlyList<Run> All => [.. _runs];

    public bool Overlapped { get; private set; }

    /// <summary>Holds runs until it is set.</summary>
    public TaskCompletionSource? Hold { get; set; }

    public async Task AddAsync(TimerInfo timer, CancellationToken cancellation = default)
    {
        Overlapped |= Interlocked.Increment(ref _running) > 1;
        _runs.Enqueue(new Run(time.GetUtcNow().UtcDateTime, timer.IsPastDue, timer.ScheduleStatus));
        if (Hold is { } hold) await hold.Task.WaitAsync(cancellation);
        Interlocked.Decrement(ref _running);
    }

    public sealed record Run(DateTime At, bool IsPastDue, ScheduleStatus? Status);
}

public sealed class EveryFiveMinutes(TimerRuns runs)
{
    [Function("EveryFiveMinutes")]
    public Task Run([TimerTrigger("0 */5 * * * *")] TimerInfo timer, CancellationToken cancellation) => runs.AddAsync(timer, cancellation);
}

public sealed class EveryTwoSeconds(TimerRuns runs)
{
    [Function("EveryTwoSeconds")]
    public Task Run([TimerTrigger("%Poll%")] TimerInfo timer) => runs.AddAsync(timer);
}

public sealed class AtStart(TimerRuns runs)
{
    [Function("AtStart")]
    public Task Run([TimerTrigger("0 0 3 * * *", RunOnStartup = true)] TimerInfo timer) => runs.AddAsync(timer);
}

public sealed class Unmonitored(TimerRuns runs)
{
    [Function("Unmonitored")]
    public Task Run([TimerTrigger("01:00:00", UseMonitor = false)] TimerInfo timer) => runs.AddAsync(timer);
}

public sealed class Failing(TimerRuns runs)
{
    [Function("Failing")]
    public async Task Run([TimerTrigger("0 * * * * *")] TimerInfo timer)
    {
        await runs.AddAsync(timer);
        throw new InvalidOperationException("no");
    }
}
