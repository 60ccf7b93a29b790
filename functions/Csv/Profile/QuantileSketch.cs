namespace Serverless.Csv.Profile;

/// <summary>
/// Quantiles of numbers in bounded memory: about 10 kB at full size for any number of values. A quantile's rank is wrong by at most 1 % of
/// the
/// count (in 99 of 100 cases), and not at all below 400 values. Minimum and maximum are exact.
/// </summary>
/// <remarks>
/// A KLL sketch (Karnin, Lang, Liberty, "Optimal quantile approximation in streams", 2016): levels of values, each of which stands for
/// 2^level
/// of them; a full level is sorted, and every other value moves up. Which half moves is drawn from a counter, so that the same values in
/// the
/// same order always give the same sketch.
/// </remarks>
internal sealed class QuantileSketch(SketchSizes sizes)
{
    private const int MinCapacity = 16;
    private const double Shrink = 2.0 / 3.0;

    private readonly List<Level> _levels = [new()];
    private long _compactions;
    private int _held;
    private int _room = sizes.Top;

    /// <summary>Values added.</summary>
    public long Count { get; private set; }

    /// <summary>The smallest value; infinite when there is none.</summary>
    public double Minimum { get; private set; } = double.PositiveInfinity;

    /// <summary>The largest value; infinite when there is none.</summary>
    public double Maximum { get; private set; } = double.NegativeInfinity;

    /// <param name="value">A finite number.</param>
    public void Add(double value)
    {
        Count++;
        if (value < Minimum) Minimum = value;
        if (value > Maximum) Maximum = value;
        _levels[0].Add(value);
        if (++_held >= _room) Compact();
    }

    public void Merge(QuantileSketch other)
    {
        while (_levels.Count < other._levels.Count) _levels.Add(new());
        for (var i = 0; i < other._levels.Count; i++) _levels[i].Add(other._levels[i].Values);
        Count += other.Count;
        Minimum = Math.Min(Minimum, other.Minimum);
        Maximum = Math.Max(Maximum, other.Maximum);
        _compactions += other._compactions;
        Measure();
        while (_held >= _room) Compact();
    }

    /// <summary>The values with these shares of all values at or below them.</summary>
    /// <param name="shares">0 to 1, ascending.</param>
    /// <returns>One value for each share; none when there are no values.</returns>
    public double[] FindQuantiles(ReadOnlySpan<double> shares)
    {
        if (Count == 0) return [];
        var sorted = Sorted();
        var quantiles = new double[shares.Length];
        var (at, below) = (0, 0L);
        for (var i = 0; i < shares.Length; i++)
        {
            var rank = shares[i] * Count;
            while (at < sorted.Length - 1 && below + sorted[at].Weight < rank) below += sorted[at++].Weight;
            quantiles[i] = shares[i] <= 0 ? Minimum : shares[i] >= 1 ? Maximum : sorted[at].Value;
        }

        return quantiles;
    }

    /// <summary>Counts the values below each bound, about.</summary>
    /// <param name="bounds">Ascending.</param>
    public long[] CountBelow(ReadOnlySpan<double> bounds)
    {
        var sorted = Sorted();
        var counts = new long[bounds.Length];
        var (at, below) = (0, 0L);
        for (var i = 0; i < bounds.Length; i++)
        {
            while (at < sorted.Length && sorted[at].Value < bounds[i]) below += sorted[at++].Weight;
            counts[i] = below;
        }

        return counts;
    }

    public void Write(BinaryWriter writer)
    {
        writer.Write(Count);
        writer.Write(Minimum);
        writer.Write(Maximum);
        writer.Write(_compactions);
        writer.Write((byte)_levels.Count);
        foreach (var level in _levels)
        {
            writer.Write((short)level.Values.Length);
            foreach (var value in level.Values) writer.Write(value);
        }
    }

    public static QuantileSketch Read(BinaryReader reader, SketchSizes sizes)
    {
        var sketch = new QuantileSketch(sizes)
        {
            Count = reader.ReadInt64(),
            Minimum = reader.ReadDouble(),
            Maximum = reader.ReadDouble(),
            _compactions = reader.ReadInt64(),
        };
        var levels = reader.ReadByte();
        for (var i = 0; i < levels; i++)
        {
            if (i > 0) sketch._levels.Add(new());
            for (var left = reader.ReadInt16(); left > 0; left--) sketch._levels[i].Add(reader.ReadDouble());
        }

        sketch.Measure();
        return sketch;
    }

    private (double Value, long Weight)[] Sorted()
    {
        var all = new (double Value, long Weight)[_held];
        var at = 0;
        for (var i = 0; i < _levels.Count; i++)
        {
            foreach (var value in _levels[i].Values) all[at++] = (value, 1L << i);
        }

        Array.Sort(all);
        return all;
    }

    private void Compact()
    {
        for (var i = 0; i < _levels.Count; i++)
        {
            if (_levels[i].Values.Length < Capacity(i)) continue;
            if (i == _levels.Count - 1) _levels.Add(new());
            var offset = (int)(ValueHash.Mix((ulong)++_compactions) & 1);
            _levels[i].MoveHalf(_levels[i + 1], offset);
            break;
        }

        Measure();
    }

    // The levels' capacities together; the weights of what they hold always sum to the count.
    private void Measure()
    {
        (_held, _room) = (0, 0);
        for (var i = 0; i < _levels.Count; i++)
        {
            _held += _levels[i].Values.Length;
            _room += Capacity(i);
        }
    }

    private int Capacity(int level) => Math.Max((int)Math.Ceiling(sizes.Top * Math.Pow(Shrink, _levels.Count - 1 - level)), MinCapacity);

    private sealed class Level
    {
        private double[] _values = new double[MinCapacity];
        private int _count;

        public ReadOnlySpan<double> Values => _values.AsSpan(0, _count);

        public void Add(double value)
        {
            if (_count == _values.Length) Array.Resize(ref _values, 2 * _count);
            _values[_count++] = value;
        }

        public void Add(ReadOnlySpan<double> values)
        {
            foreach (var value in values) Add(value);
        }

        public void MoveHalf(Level above, int offset)
        {
            Array.Sort(_values, 0, _count);

            // Of an odd number one stays, so that no weight is lost.
            var kept = _count & 1;
            for (var i = kept + offset; i < _count; i += 2) above.Add(_values[i]);
            _count = kept;
        }
    }
}
