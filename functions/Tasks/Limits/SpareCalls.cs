namespace Serverless.Tasks.Limits;

/// <summary>Calls that an instance has taken ahead, for tasks that will ask it. Not for several threads at once.</summary>
internal sealed class SpareCalls
{
    private const int MaxKeys = 1_000;

    private readonly Dictionary<string, (RatePace Pace, Queue<long> Calls)> _byKey = new(StringComparer.Ordinal);

    /// <summary>The next call that is still ahead; null when there is none.</summary>
    public long? Take(string key, RatePace pace, long now)
    {
        if (!_byKey.TryGetValue(key, out var spare)) return null;
        while (spare.Pace == pace && spare.Calls.TryDequeue(out var call))
        {
            if (call > now + RateState.MaxWait) return call;
        }

        // All are used or over, or are of another rate by now.
        _byKey.Remove(key);
        return null;
    }

    /// <summary>Adds calls in their order.</summary>
    public void Add(string key, RatePace pace, IReadOnlyList<long> calls, long now)
    {
        if (calls.Count == 0) return;
        if (_byKey.Count >= MaxKeys) RemoveOver(now);
        if (_byKey.Count < MaxKeys || _byKey.ContainsKey(key)) _byKey[key] = (pace, new Queue<long>(calls));
    }

    private void RemoveOver(long now)
    {
        foreach (var (key, spare) in _byKey.ToList())
        {
            if (spare.Calls.Count == 0 || spare.Calls.Peek() <= now) _byKey.Remove(key);
        }
    }
}
