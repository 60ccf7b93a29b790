namespace Serverless.Local.Runtime.Durable;

/// <summary>Calls back at given times, however many there are, with one timer of the clock.</summary>
internal sealed class TimerQueue<T> : IDisposable
{
    // Well below what the clock's timers can take.
    private static readonly TimeSpan MaxWait = TimeSpan.FromDays(1);

    private readonly Lock _gate = new();
    private readonly PriorityQueue<T, long> _items = new();
    private readonly TimeProvider _time;
    private readonly Action<T> _fire;
    private readonly ITimer _timer;
    private bool _disposed;

    /// <param name="time">The clock.</param>
    /// <param name="fire">Must not throw.</param>
    public TimerQueue(TimeProvider time, Action<T> fire)
    {
        _time = time;
        _fire = fire;
        _timer = time.CreateTimer(_ => Fire(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    public void Add(T item, DateTime at)
    {
        lock (_gate)
        {
            if (_disposed) return;
            var isEarliest = !_items.TryPeek(out _, out var earliest) || at.Ticks < earliest;
            _items.Enqueue(item, at.Ticks);
            if (isEarliest) Arm();
        }
    }

    public void Dispose()
    {
        lock (_gate)
        {
            _disposed = true;
            _timer.Dispose();
        }
    }

    private void Fire()
    {
        var due = new List<T>();
        lock (_gate)
        {
            if (_disposed) return;
            var now = _time.GetUtcNow().Ticks;
            while (_items.TryPeek(out _, out var at) && at <= now) due.Add(_items.Dequeue());
            Arm();
        }

        foreach (var item in due) _fire(item);
    }

    private void Arm()
    {
        if (!_items.TryPeek(out _, out var at)) return;

        // Timers count whole milliseconds: rounded up, so that one does not fire early and spin.
        var wait = TimeSpan.FromMilliseconds(Math.Ceiling(TimeSpan.FromTicks(at - _time.GetUtcNow().Ticks).TotalMilliseconds));
        _timer.Change(wait < TimeSpan.Zero ? TimeSpan.Zero : wait > MaxWait ? MaxWait : wait, Timeout.InfiniteTimeSpan);
    }
}
