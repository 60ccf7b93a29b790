namespace Serverless.Local.Runtime.Durable;

/// <summary>Wakes those who wait for an instance's status to change.</summary>
internal sealed class StatusSignals
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, TaskCompletionSource> _waiting = new(StringComparer.Ordinal);

    /// <summary>Completes at the next change. Ask for it before reading the status.</summary>
    public Task WaitForChange(string instanceId)
    {
        lock (_gate)
        {
            if (!_waiting.TryGetValue(instanceId, out var signal))
            {
                _waiting.Add(instanceId, signal = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
            }

            return signal.Task;
        }
    }

    public void NoteChange(string instanceId)
    {
        lock (_gate)
        {
            if (_waiting.Remove(instanceId, out var signal)) signal.TrySetResult();
        }
    }
}
