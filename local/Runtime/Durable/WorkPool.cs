namespace Serverless.Local.Runtime.Durable;

/// <summary>Runs what is added, in order, at most so many at once. <paramref name="run"/> handles its own failures.</summary>
internal sealed class WorkPool<T>(int max, Func<T, Task> run)
{
    private readonly Lock _gate = new();
    private readonly Queue<T> _waiting = [];
    private readonly TaskCompletionSource _idle = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _running;
    private bool _stopped;

    public void Add(T item)
    {
        lock (_gate)
        {
            if (_stopped) return;
            _waiting.Enqueue(item);
            if (_running == max) return;
            _running++;
        }

        // Without the caller's execution context: the work is nobody's request.
        ThreadPool.UnsafeQueueUserWorkItem(static pool => _ = pool.WorkAsync(), this, preferLocal: true);
    }

    /// <summary>Starts nothing more. The task completes when nothing runs.</summary>
    public Task StopAsync()
    {
        lock (_gate)
        {
            _stopped = true;
            return _running == 0 ? Task.CompletedTask : _idle.Task;
        }
    }

    private async Task WorkAsync()
    {
        while (TryTake(out var item)) await run(item!);
    }

    private bool TryTake(out T? item)
    {
        lock (_gate)
        {
            item = default;
            if (!_stopped && _waiting.TryDequeue(out item)) return true;
            if (--_running == 0 && _stopped) _idle.TrySetResult();
            return false;
        }
    }
}
