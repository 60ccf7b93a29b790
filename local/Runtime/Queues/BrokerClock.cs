namespace Serverless.Local.Runtime.Queues;

/// <summary>Knows when time alone next changes something, and calls then.</summary>
internal sealed class BrokerClock : IAsyncDisposable
{
    // A timer takes no more than 49 days; looking once a day costs nothing.
    private static readonly TimeSpan MaxWait = TimeSpan.FromDays(1);

    private readonly TimeProvider _time;
    private readonly ITimer _timer;
    private readonly Lock _lock = new();
    private long _due;
    private long _armed = long.MaxValue;

    public BrokerClock(TimeProvider time, Action elapsed)
    {
        _time = time;
        _timer = time.CreateTimer(
            _ =>
            {
                lock (_lock) _armed = long.MaxValue;
                elapsed();
            },
            null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    public long Now => _time.GetUtcNow().UtcTicks;

    /// <summary>True when the due time has come: the sweep comes before anything else. Starts true, for what the last host left.</summary>
    public bool IsDue(long now) => now >= Interlocked.Read(ref _due);

    /// <summary>The due time as a sweep found it.</summary>
    public void Set(long due) => Interlocked.Exchange(ref _due, due);

    /// <summary>Makes the next operation sweep: what the last one found was rolled back.</summary>
    public void Forget() => Set(0);

    /// <summary>Something is due at a time, perhaps before all else.</summary>
    public void Lower(long due)
    {
        for (var seen = Interlocked.Read(ref _due); due < seen;)
        {
            var was = Interlocked.CompareExchange(ref _due, due, seen);
            if (was == seen) return;
            seen = was;
        }
    }

    /// <summary>Sees to it that the timer fires when something is due.</summary>
    public void Arm()
    {
        var due = Interlocked.Read(ref _due);
        lock (_lock)
        {
            if (due >= _armed) return;
            _armed = due;
            // Whole milliseconds, as timers count them; one that fires too early is armed again.
            var wait = TimeSpan.FromMilliseconds(Math.Ceiling(TimeSpan.FromTicks(Math.Max(0, due - Now)).TotalMilliseconds));
            _timer.Change(wait < MaxWait ? wait : MaxWait, Timeout.InfiniteTimeSpan);
        }
    }

    public ValueTask DisposeAsync() => _timer.DisposeAsync();
}
