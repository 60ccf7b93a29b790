namespace Serverless.TestSupport.Limits;

/// <summary>A clock that jumps from one thing that happens to the next, in ticks.</summary>
internal sealed class VirtualTime
{
    private readonly PriorityQueue<Action, (long At, long Order)> _next = new();
    private long _order;

    public long Now { get; private set; }

    public void At(long time, Action action) => _next.Enqueue(action, (Math.Max(time, Now), _order++));

    public void After(TimeSpan time, Action action) => At(Now + time.Ticks, action);

    /// <summary>Lets happen what is due, until nothing is left.</summary>
    public void RunToEnd()
    {
        while (_next.TryDequeue(out var action, out var key))
        {
            Now = key.At;
            action();
        }
    }
}
