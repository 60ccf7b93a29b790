namespace Serverless.Tasks;

/// <summary>Cancels a run when the host stops, its time is up, or the task is revoked, and tells which it was.</summary>
internal sealed class RunWatch : IDisposable
{
    private readonly CancellationTokenSource _timeout;
    private readonly CancellationTokenSource _all;
    private readonly IDisposable _revocation;

    public RunWatch(string id, TimeSpan timeout, TaskRevocations revocations, TimeProvider time, CancellationToken hostStops)
    {
        Timeout = timeout;
        _timeout = new CancellationTokenSource(timeout, time);
        _all = CancellationTokenSource.CreateLinkedTokenSource(_timeout.Token, hostStops);
        _revocation = revocations.Watch(id, Revoke);
    }

    /// <summary>Ends the run.</summary>
    public CancellationToken Token => _all.Token;

    /// <summary>How long the run may take.</summary>
    public TimeSpan Timeout { get; }

    /// <summary>Its time is up.</summary>
    public bool TimedOut => _timeout.IsCancellationRequested;

    /// <summary>Somebody revoked the task.</summary>
    public bool Revoked { get; private set; }

    public void Dispose()
    {
        _revocation.Dispose();
        _all.Dispose();
        _timeout.Dispose();
    }

    private void Revoke()
    {
        Revoked = true;
        try
        {
            _all.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // The run ended just now.
        }
    }
}
