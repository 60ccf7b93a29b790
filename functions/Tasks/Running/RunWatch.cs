namespace Serverless.Tasks;

/// <summary>Cancels a run when the host stops, its time is up, or the task is revoked, and tells which it was.</summary>
internal sealed class RunWatch : IDisposable
{
    private static readonly TimeSpan PollInterval = TimeSpan.FromSeconds(2);

    private readonly CancellationTokenSource _timeout;
    private readonly CancellationTokenSource _all;
    private readonly string _id;
    private readonly TaskStore _store;
    private readonly ITimer _poll;

    public RunWatch(string id, TimeSpan timeout, TaskStore store, TimeProvider time, CancellationToken hostStops)
    {
        (_id, _store, Timeout) = (id, store, timeout);
        _timeout = new CancellationTokenSource(timeout, time);
        _all = CancellationTokenSource.CreateLinkedTokenSource(_timeout.Token, hostStops);
        _poll = time.CreateTimer(_ => _ = PollAsync(), null, PollInterval, PollInterval);
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
        _poll.Dispose();
        _all.Dispose();
        _timeout.Dispose();
    }

    private async Task PollAsync()
    {
        try
        {
            if (await _store.FindAsync(_id, _all.Token) is not { RevokeRequested: true }) return;
            Revoked = true;
            await _all.CancelAsync();
        }
        catch (Exception e) when (e is OperationCanceledException or ObjectDisposedException or Azure.RequestFailedException)
        {
            // The run has ended, or the table did not answer this time: the next poll asks again.
        }
    }
}
