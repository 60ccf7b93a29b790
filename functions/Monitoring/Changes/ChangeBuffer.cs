namespace Serverless.Monitoring.Changes;

/// <summary>Changes that are not stored yet: what changes again before that is one change. Bounded, however fast things change.</summary>
internal sealed class ChangeBuffer
{
    /// <summary>So many of a kind are named; a reader then looks at the list as a whole, which costs less.</summary>
    public const int MaxNamed = 200;

    private readonly Lock _lock = new();
    private readonly Dictionary<(string Kind, string Id), Change> _named = [];
    private readonly Dictionary<string, Change> _unnamed = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> _counts = new(StringComparer.Ordinal);

    public void Add(string kind, string id, string? state, DateTimeOffset now)
    {
        lock (_lock)
        {
            var isKnown = _named.TryGetValue((kind, id), out var known);
            if (!isKnown && _counts.GetValueOrDefault(kind) >= MaxNamed)
            {
                var count = _unnamed.GetValueOrDefault(kind)?.Count ?? 0;
                _unnamed[kind] = new Change(kind, null, null, now, count + 1);
                return;
            }

            if (!isKnown) _counts[kind] = _counts.GetValueOrDefault(kind) + 1;
            _named[(kind, id)] = new Change(kind, id, state, now, (known?.Count ?? 0) + 1);
        }
    }

    /// <summary>Takes all of them out, in the order of their times.</summary>
    public IReadOnlyList<Change> Take()
    {
        lock (_lock)
        {
            Change[] all = [.. _named.Values.Concat(_unnamed.Values).OrderBy(c => c.At)];
            _named.Clear();
            _unnamed.Clear();
            _counts.Clear();
            return all;
        }
    }
}
