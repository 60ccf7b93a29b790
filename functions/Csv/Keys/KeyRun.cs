using System.Buffers;

namespace Serverless.Csv.Keys;

/// <summary>The keys of some records, in memory until they are written by slots.</summary>
/// <param name="slots">Where keys go.</param>
/// <param name="capacity">How many a run has, about.</param>
internal sealed class KeyRun(KeySlots slots, int capacity) : IDisposable
{
    private readonly PooledList<(int Slot, KeyEntry Entry)> _entries = new();

    /// <summary>Time to write it.</summary>
    public bool IsFull => _entries.Count >= capacity;

    public bool IsEmpty => _entries.Count == 0;

    public void Add(int key, in KeyEntry entry) => _entries.Add((slots.SlotOf(key, entry), entry));

    /// <summary>Writes the entries slot by slot, and forgets them.</summary>
    /// <returns>How many each slot has.</returns>
    public int[] WriteTo(IBufferWriter<byte> target)
    {
        var counts = new int[slots.Count];
        foreach (var (slot, _) in _entries.Items) counts[slot]++;
        var places = new int[slots.Count];
        for (var slot = 1; slot < places.Length; slot++) places[slot] = places[slot - 1] + counts[slot - 1];

        var bytes = target.GetSpan(_entries.Count * KeyEntry.Length);
        foreach (var (slot, entry) in _entries.Items) entry.Write(bytes[(places[slot]++ * KeyEntry.Length)..]);
        target.Advance(_entries.Count * KeyEntry.Length);
        _entries.Clear();
        return counts;
    }

    public void Dispose() => _entries.Dispose();
}
