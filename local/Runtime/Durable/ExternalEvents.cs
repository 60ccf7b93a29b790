using Microsoft.DurableTask;

namespace Serverless.Local.Runtime.Durable;

/// <summary>
/// The events of one orchestration and who waits for them. As on Azure: names without case, the last wait is served first, and a
/// wait that was cancelled still takes its turn, with the event that it no longer hears. An orchestrator that relies on anything
/// kinder would hang there.
/// </summary>
internal sealed class ExternalEvents(DataConverter converter)
{
    private readonly Dictionary<string, Stack<Waiter>> _waits = new(StringComparer.OrdinalIgnoreCase);
    private readonly List<HistoryEvent> _unheard = [];

    /// <summary>How many waits are neither served nor cancelled.</summary>
    public int OpenWaits { get; private set; }

    /// <summary>The events that nobody waited for, oldest first.</summary>
    public IReadOnlyList<HistoryEvent> Unheard => _unheard;

    /// <returns>The wait, and what cancels it.</returns>
    public (Task<T> Wait, Action Cancel) Wait<T>(string name, CancellationToken cancellation)
    {
        if (!_waits.TryGetValue(name, out var waits)) _waits.Add(name, waits = new Stack<Waiter>());
        if (waits.TryPeek(out var other) && other.Type != typeof(T))
        {
            throw new ArgumentException($"Event '{name}' is waited for as {other.Type} already; a second wait must ask for the same type.", nameof(name));
        }

        var wait = new Waiter<T>();
        OpenWaits++;
        waits.Push(wait);
        if (_unheard.FindIndex(e => string.Equals(e.Name, name, StringComparison.OrdinalIgnoreCase)) is var index and >= 0)
        {
            var kept = _unheard[index];
            _unheard.RemoveAt(index);
            Raise(kept);
        }

        return (wait.Task, Cancel);

        void Cancel()
        {
            if (wait.TryCancel(cancellation)) OpenWaits--;
        }
    }

    public void Raise(HistoryEvent raised)
    {
        if (!_waits.TryGetValue(raised.Name!, out var waits) || !waits.TryPop(out var wait)) _unheard.Add(raised);
        else if (wait.TryEnd(raised.Data, converter)) OpenWaits--;
    }

    private abstract class Waiter
    {
        public abstract Type Type { get; }

        public abstract bool TryEnd(string? data, DataConverter converter);
    }

    private sealed class Waiter<T> : Waiter
    {
        private readonly TaskCompletionSource<T> _completion = new();

        public override Type Type => typeof(T);

        public Task<T> Task => _completion.Task;

        public bool TryCancel(CancellationToken token) => _completion.TrySetCanceled(token);

        public override bool TryEnd(string? data, DataConverter converter)
        {
            if (_completion.Task.IsCompleted) return false;
            try
            {
                return _completion.TrySetResult(converter.Deserialize<T>(data)!);
            }
#pragma warning disable CA1031 // Whatever the converter throws is the orchestrator's to see, at its await.
            catch (Exception e)
#pragma warning restore CA1031
            {
                return _completion.TrySetException(e);
            }
        }
    }
}
