using Serverless.Tasks.Store;

namespace Serverless.Tasks.Running;

/// <summary>Cancels its token when a task is revoked, for as long as the task runs.</summary>
internal sealed class RevocationScope : IDisposable
{
    private readonly CancellationTokenSource _revoked = new();
    private readonly IDisposable _watch;

    public RevocationScope(string id, TaskRevocations revocations) => _watch = revocations.Watch(id, Revoke);

    /// <summary>Ends the run.</summary>
    public CancellationToken Token => _revoked.Token;

    public void Dispose()
    {
        _watch.Dispose();
        _revoked.Dispose();
    }

    private void Revoke()
    {
        try
        {
            _revoked.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // The run ended just now.
        }
    }
}
