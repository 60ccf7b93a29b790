namespace Serverless.Csv.Profile;

/// <summary>
/// Mean and standard deviation of numbers, without a sum of squares that would lose them: Welford's updates, and the merge of Chan, Golub
/// and
/// LeVeque (1979).
/// </summary>
internal struct Moments
{
    private double _mean;
    private double _squares;

    public long Count { get; private set; }

    public readonly double? Mean => Count > 0 ? _mean : null;

    /// <summary>The sample's standard deviation; null for fewer than two numbers.</summary>
    public readonly double? StandardDeviation => Count > 1 ? Math.Sqrt(_squares / (Count - 1)) : null;

    /// <param name="value">A finite number.</param>
    public void Add(double value)
    {
        Count++;
        var delta = value - _mean;
        _mean += delta / Count;
        _squares += delta * (value - _mean);
    }

    public void Merge(in Moments other)
    {
        if (other.Count == 0) return;
        var count = Count + other.Count;
        var delta = other._mean - _mean;
        _mean += delta * other.Count / count;
        _squares += other._squares + (delta * delta * Count / count * other.Count);
        Count = count;
    }

    public readonly void Write(BinaryWriter writer)
    {
        writer.Write(Count);
        writer.Write(_mean);
        writer.Write(_squares);
    }

    public static Moments Read(BinaryReader reader) =>
        new() { Count = reader.ReadInt64(), _mean = reader.ReadDouble(), _squares = reader.ReadDouble() };
}
