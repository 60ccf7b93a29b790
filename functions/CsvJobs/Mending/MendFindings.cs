namespace Serverless.CsvJobs.Mending;

/// <summary>The findings of comparing a round's records with all others, before they are cleaned.</summary>
internal sealed class MendFindings
{
    // As many fit into memory beside what a round may bring; those left stay rejects until they are sent.
    private const int MaxRevivedBytes = 64 << 20;

    private readonly Dictionary<long, int> _faulty = [];
    private readonly Dictionary<long, (int List, long Holder)> _held = [];
    private readonly Dictionary<long, string> _revived = [];
    private int _revivedBytes;

    /// <summary>
    /// The records that repeat a key, refer to nothing or break a sequence, and which of the schema's lists says so: those of keys, and
    /// behind them the sequences.
    /// </summary>
    public IReadOnlyDictionary<long, int> Faulty => _faulty;

    /// <summary>Rejects that nobody sent and that are to be looked at again, with their texts.</summary>
    public IReadOnlyDictionary<long, string> Revived => _revived;

    /// <summary>Notes a fault. Of several the schema's first counts.</summary>
    public void MarkFaulty(long row, int list) =>
        _faulty[row] = _faulty.TryGetValue(row, out var other) ? Math.Min(other, list) : list;

    /// <summary>Notes that a record has the key of a later one, which is in the output and stays there.</summary>
    public void MarkHeld(long row, int list, long holder)
    {
        MarkFaulty(row, list);
        if (_faulty[row] == list) _held[row] = (list, holder);
    }

    /// <summary>Finds the later record that keeps a faulty one from the output by its key; null for none.</summary>
    public long? FindHolder(long row) =>
        _held.TryGetValue(row, out var held) && _faulty[row] == held.List ? held.Holder : null;

    /// <summary>Notes a reject that is to be looked at again.</summary>
    /// <returns>False when it is noted already, or they are too many.</returns>
    public bool TryRevive(long row, string raw)
    {
        if (_revivedBytes + raw.Length > MaxRevivedBytes || !_revived.TryAdd(row, raw)) return false;
        _revivedBytes += raw.Length;
        return true;
    }
}
