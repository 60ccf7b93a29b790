namespace Serverless.Local.Runtime.Durable;

/// <summary>Lets go of the histories that were used longest ago when they take too much memory. Guarded by the engine's lock.</summary>
internal sealed class HistoryCache(long maxBytes)
{
    private readonly LinkedList<Instance> _used = [];
    private readonly Dictionary<Instance, (LinkedListNode<Instance> Node, long Size)> _entries = [];
    private long _bytes;

    /// <summary>The instance's history was just used, or has changed.</summary>
    public void Use(Instance instance)
    {
        Remove(instance);
        if (instance.History is not { } history) return;

        _entries.Add(instance, (_used.AddLast(instance), history.Size));
        _bytes += history.Size;
        while (_bytes > maxBytes && _used.First is { Value: var oldest } && oldest != instance)
        {
            // One that is in a turn keeps its own reference until the turn ends.
            Remove(oldest);
            oldest.History = null;
            oldest.Session = null;
        }
    }

    public void Remove(Instance instance)
    {
        if (!_entries.Remove(instance, out var entry)) return;
        _used.Remove(entry.Node);
        _bytes -= entry.Size;
    }
}
