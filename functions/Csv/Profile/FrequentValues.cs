using System.Text;
using System.Text.Unicode;

namespace Serverless.Csv.Profile;

/// <summary>A value that occurs often.</summary>
/// <param name="Value">Its canonical text, cut after 60 bytes.</param>
/// <param name="Count">It occurs at least this often.</param>
/// <param name="AtMost">And at most this often: the same where nothing had to be forgotten.</param>
internal sealed record FrequentValue(string Value, long Count, long AtMost);

/// <summary>
/// The most frequent values in bounded memory: exact up to 256 different ones at full size; beyond, a count is too low by at most 1/128 of
/// all values, and every value that is more frequent than that is there.
/// </summary>
/// <remarks>
/// Misra and Gries' summary with the purge of Anderson et al., "A high-performance algorithm for identifying frequent items in data
/// streams"
/// (2017): when the counters are used up, their median is taken off all of them, which frees half.
/// </remarks>
internal sealed class FrequentValues(SketchSizes sizes)
{
    private const int MaxTextLength = 60;

    private readonly Dictionary<ulong, int> _places = new(sizes.Counters);
    private readonly Counter[] _counters = new Counter[sizes.Counters];
    private int _used;

    /// <summary>The most that may have been taken off a value's count.</summary>
    public long Forgotten { get; private set; }

    /// <param name="hash">The value's <see cref="ValueHash"/>.</param>
    /// <param name="value">Its canonical text.</param>
    public void Add(ulong hash, ReadOnlySpan<byte> value)
    {
        if (_places.TryGetValue(hash, out var place)) _counters[place].Count++;
        else Take(hash, 1).SetText(Shorten(value), value.Length > MaxTextLength);
    }

    public void Merge(FrequentValues other)
    {
        Forgotten += other.Forgotten;
        for (var i = 0; i < other._used; i++)
        {
            ref readonly var counter = ref other._counters[i];
            if (_places.TryGetValue(counter.Hash, out var place)) _counters[place].Count += counter.Count;
            else Take(counter.Hash, counter.Count).SetText(counter.Text, counter.IsCut);
        }
    }

    /// <summary>The most frequent values, those only that surely are.</summary>
    /// <param name="count">How many, at most.</param>
    public IReadOnlyList<FrequentValue> ListTop(int count) =>
    [
        .. _counters.Take(_used)
            .Where(c => c.Count > Forgotten)
            .OrderByDescending(c => c.Count).ThenBy(c => Encoding.UTF8.GetString(c.Text), StringComparer.Ordinal).ThenBy(c => c.Hash)
            .Take(count)
            .Select(c => new FrequentValue(Encoding.UTF8.GetString(c.Text) + (c.IsCut ? "…" : ""), c.Count, c.Count + Forgotten)),
    ];

    public void Write(BinaryWriter writer)
    {
        writer.Write(Forgotten);
        writer.Write((short)_used);
        foreach (var counter in _counters.Take(_used).OrderBy(c => c.Hash))
        {
            writer.Write(counter.Hash);
            writer.Write(counter.Count);
            writer.Write(counter.IsCut);
            writer.Write((byte)counter.Text.Length);
            writer.Write(counter.Text);
        }
    }

    public static FrequentValues Read(BinaryReader reader, SketchSizes sizes)
    {
        var values = new FrequentValues(sizes) { Forgotten = reader.ReadInt64() };
        for (var left = reader.ReadInt16(); left > 0; left--)
        {
            ref var counter = ref values.Take(reader.ReadUInt64(), reader.ReadInt64());
            var isCut = reader.ReadBoolean();
            counter.SetText(reader.ReadExactly(reader.ReadByte()), isCut);
        }

        return values;
    }

    private ref Counter Take(ulong hash, long count)
    {
        if (_used == _counters.Length) Purge();
        ref var counter = ref _counters[_used];
        counter.Hash = hash;
        counter.Count = count;
        _places[hash] = _used++;
        return ref counter;
    }

    private void Purge()
    {
        Span<long> counts = stackalloc long[_counters.Length];
        for (var i = 0; i < counts.Length; i++) counts[i] = _counters[i].Count;
        counts.Sort();
        var median = counts[counts.Length / 2];

        Forgotten += median;
        _places.Clear();
        _used = 0;
        for (var i = 0; i < _counters.Length; i++)
        {
            if (_counters[i].Count <= median) continue;

            // What is overwritten keeps its text buffer by changing places with it.
            (_counters[_used], _counters[i]) = (_counters[i], _counters[_used]);
            _counters[_used].Count -= median;
            _places[_counters[_used].Hash] = _used++;
        }
    }

    private static ReadOnlySpan<byte> Shorten(ReadOnlySpan<byte> value)
    {
        if (value.Length <= MaxTextLength) return value;
        var length = MaxTextLength;
        while (length > 0 && !Utf8.IsValid(value[..length])) length--;
        return value[..length];
    }

    private struct Counter
    {
        private byte[]? _text;
        private int _length;

        public ulong Hash;
        public long Count;

        public bool IsCut { get; private set; }

        public readonly ReadOnlySpan<byte> Text => _text.AsSpan(0, _length);

        public void SetText(ReadOnlySpan<byte> text, bool isCut)
        {
            _text ??= new byte[MaxTextLength];
            text.CopyTo(_text);
            _length = text.Length;
            IsCut = isCut;
        }
    }
}
