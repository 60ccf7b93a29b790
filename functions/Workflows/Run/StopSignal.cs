namespace Serverless.Workflows.Run;

/// <summary>
/// Stops what an orchestrator waits for. Signals are nested: what stops the outer one stops the inner ones. Its task is completed by the
/// orchestrator's own code only, so that a replay stops at the same place.
/// </summary>
internal sealed class StopSignal
{
    private readonly TaskCompletionSource<string> _stopped = new();
    private readonly List<StopSignal> _inner = [];

    /// <summary>Ends when it is stopped, with the reason.</summary>
    public Task<string> Stopped => _stopped.Task;

    /// <summary>A signal that can be stopped by itself, too.</summary>
    public StopSignal CreateInner()
    {
        var inner = new StopSignal();
        if (Stopped.IsCompletedSuccessfully) inner.Stop(Stopped.Result);
        _inner.Add(inner);
        return inner;
    }

    /// <summary>Stops it and what is inside.</summary>
    public void Stop(string reason)
    {
        if (!_stopped.TrySetResult(reason)) return;
        foreach (var inner in _inner) inner.Stop(reason);
    }

    /// <summary>True when stopping <paramref name="outer"/> stops this.</summary>
    public bool IsWithin(StopSignal outer) => outer == this || outer._inner.Exists(IsWithin);

    /// <exception cref="RunStoppedException">It is stopped.</exception>
    public void ThrowIfStopped()
    {
        if (Stopped.IsCompletedSuccessfully) throw new RunStoppedException(Stopped.Result);
    }

    /// <summary>Waits for work, or for the stop.</summary>
    /// <exception cref="RunStoppedException">It was stopped first.</exception>
    public async Task<T> WaitOrStopAsync<T>(Task<T> work)
    {
        ThrowIfStopped();
        if (!work.IsCompleted) await Task.WhenAny(work, Stopped);
        if (!work.IsCompleted) throw new RunStoppedException(Stopped.Result);
        return await work;
    }
}
