namespace Serverless.Local.ServiceBus.Broker;

/// <summary>Wakes everybody who waits, so that none of them has to poll.</summary>
internal sealed class AsyncSignal
{
    private TaskCompletionSource _next = Create();

    /// <summary>Completes with the next <see cref="Set"/>. Take it before looking whether there is something to wait for.</summary>
    public Task Next => Volatile.Read(ref _next).Task;

    public void Set() => Interlocked.Exchange(ref _next, Create()).TrySetResult();

    private static TaskCompletionSource Create() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
