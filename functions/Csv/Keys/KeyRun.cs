using System.Buffers;
using System.Buffers.Binary;
using Serverless.CsvParsing;

namespace Serverless.Csv.Keys;

/// <summary>The keys of some records, in memory until they are written by slots.</summary>
/// <param name="slots">Where keys go.</param>
/// <param name="capacity">How many a run has, about.</param>
internal sealed class KeyRun(KeySlots slots, int capacity) : IDisposable
{
    private const int MaxTextBytes = 4 << 20;

    private readonly ChunkedList<PlacedKey> _items = new();
    private readonly ChunkedBuffer _texts = new();

    /// <summary>Time to write it.</summary>
    public bool IsFull => _items.Count >= capacity || _texts.Length >= MaxTextBytes;

    /// <summary>The number of keys.</summary>
    public int Count => _items.Count;

    /// <summary>Adds a key.</summary>
    /// <param name="key">The list that it belongs to.</param>
    /// <param name="entry">The key.</param>
    /// <param name="text">Its text, which is kept where the entry has its hash only.</param>
    public void Add(int key, in KeyEntry entry, ReadOnlySpan<byte> text)
    {
        var length = sizeof(int) + text.Length;
        _items.Add(new PlacedKey(slots.SlotOf(key, entry), entry.IsHashed ? _texts.Mark(length) : 0, entry));
        if (!entry.IsHashed) return;
        var target = _texts.GetSpan(length);
        BinaryPrimitives.WriteInt32LittleEndian(target, text.Length);
        text.CopyTo(target[sizeof(int)..]);
        _texts.Advance(length);
    }

    /// <summary>A key, and the list that it belongs to.</summary>
    public (int Key, KeyEntry Entry) this[int index] => (slots.KeyOf(_items[index].Slot), _items[index].Entry);

    /// <summary>The text of a key that has its hash only.</summary>
    public ReadOnlySpan<byte> TextOf(int index) => _items[index].Entry.IsHashed ? TextWithLength(index)[sizeof(int)..] : default;

    /// <summary>Puts the keys in the order of their slots.</summary>
    /// <returns>How many each slot has, and how many bytes their texts take.</returns>
    public (int[] Counts, int[] TextBytes) Arrange()
    {
        var (counts, textBytes) = (new int[slots.Count], new int[slots.Count]);
        for (var i = 0; i < _items.Count; i++)
        {
            var slot = _items[i].Slot;
            counts[slot]++;
            if (_items[i].Entry.IsHashed) textBytes[slot] += TextWithLength(i).Length;
        }

        var (next, end) = (new int[slots.Count], 0);
        for (var slot = 1; slot < next.Length; slot++) next[slot] = next[slot - 1] + counts[slot - 1];
        for (var slot = 0; slot < next.Length; slot++)
        {
            // Each exchange brings a key to its slot, so a second array is not needed.
            end += counts[slot];
            while (next[slot] < end)
            {
                ref var item = ref _items[next[slot]];
                if (item.Slot == slot)
                {
                    next[slot]++;
                    continue;
                }

                ref var other = ref _items[next[item.Slot]++];
                (item, other) = (other, item);
            }
        }

        return (counts, textBytes);
    }

    /// <summary>Writes some of the entries.</summary>
    public void WriteEntries(int first, int count, IBufferWriter<byte> target)
    {
        count = Math.Min(count, _items.Count - first);
        var bytes = target.GetSpan(count * KeyEntry.Length);
        for (var i = 0; i < count; i++) _items[first + i].Entry.Write(bytes[(i * KeyEntry.Length)..]);
        target.Advance(count * KeyEntry.Length);
    }

    /// <summary>Writes the texts of some of the entries, each with its length before it.</summary>
    public void WriteTexts(int first, int count, IBufferWriter<byte> target)
    {
        for (var i = first; i < Math.Min(first + count, _items.Count); i++)
        {
            if (_items[i].Entry.IsHashed) target.Write(TextWithLength(i));
        }
    }

    /// <summary>Forgets the keys.</summary>
    public void Clear()
    {
        _items.Clear();
        _texts.Clear();
    }

    public void Dispose()
    {
        _items.Dispose();
        _texts.Dispose();
    }

    private ReadOnlySpan<byte> TextWithLength(int index)
    {
        var texts = _texts.From(_items[index].TextAt);
        return texts[..(sizeof(int) + BinaryPrimitives.ReadInt32LittleEndian(texts))];
    }

    private record struct PlacedKey(int Slot, int TextAt, KeyEntry Entry);
}
