using Serverless.Csv.Schema;
using Serverless.Csv.Values;

namespace Serverless.Csv.Profile;

/// <summary>
/// The profile of a column's accepted values, in bounded memory. Profiles of ranges merge to the profile of the file: counts, extremes and
/// distinct values to exactly what one reading gives, the rest within its stated error.
/// </summary>
internal sealed class ColumnProfile
{
    private static readonly double[] Shares = [0.05, 0.25, 0.5, 0.75, 0.95];

    private readonly FieldType _type;
    private readonly string _name;
    private readonly DistinctSketch _distinct;
    private readonly FrequentValues _frequent;
    private readonly QuantileSketch _quantiles;
    private Moments _moments;
    private long _count;
    private long _missing;

    public ColumnProfile(SchemaField field, SketchSizes sizes)
        : this(field, new DistinctSketch(sizes), new FrequentValues(sizes), new QuantileSketch(sizes))
    {
    }

    private ColumnProfile(SchemaField field, DistinctSketch distinct, FrequentValues frequent, QuantileSketch quantiles)
    {
        (_name, _type) = (field.Name, field.Type);
        (_distinct, _frequent, _quantiles) = (distinct, frequent, quantiles);
    }

    public void AddMissing() => _missing++;

    /// <param name="value">Canonical text.</param>
    public void Add(ReadOnlySpan<byte> value)
    {
        _count++;
        var hash = ValueHash.Of(value);
        _distinct.Add(hash);
        _frequent.Add(hash, value);
        if (!ValueMeasure.TryRead(_type, value, out var measure)) return;
        _quantiles.Add(measure);
        _moments.Add(measure);
    }

    /// <param name="other">The same column in another range.</param>
    public void Merge(ColumnProfile other)
    {
        _count += other._count;
        _missing += other._missing;
        _distinct.Merge(other._distinct);
        _frequent.Merge(other._frequent);
        _quantiles.Merge(other._quantiles);
        _moments.Merge(other._moments);
    }

    /// <summary>The column's figures for a reader.</summary>
    public ColumnFigures Describe()
    {
        var any = _quantiles.Count > 0;
        var hasMean = ValueMeasure.HasMean(_type);
        return new ColumnFigures(
            _name,
            _type,
            _count,
            _missing,
            Math.Min(_distinct.Estimate(), _count),
            _distinct.IsExact,
            any ? Word(_quantiles.Minimum) : null,
            any ? Word(_quantiles.Maximum) : null,
            hasMean ? Finite(_moments.Mean) : null,
            hasMean ? Finite(_moments.StandardDeviation) : null,
            any ? DescribeQuantiles() : null,
            _frequent.ListTop(ColumnFigures.FrequentShown),
            ProfileHistogram.Of(_quantiles, _type));
    }

    public void Write(BinaryWriter writer)
    {
        writer.Write(_count);
        writer.Write(_missing);
        _distinct.Write(writer);
        _frequent.Write(writer);
        _quantiles.Write(writer);
        _moments.Write(writer);
    }

    public static ColumnProfile Read(BinaryReader reader, SchemaField field, SketchSizes sizes)
    {
        var (count, missing) = (reader.ReadInt64(), reader.ReadInt64());
        return new ColumnProfile(
            field, DistinctSketch.Read(reader, sizes), FrequentValues.Read(reader, sizes), QuantileSketch.Read(reader, sizes))
        {
            _count = count,
            _missing = missing,
            _moments = Moments.Read(reader),
        };
    }

    private ColumnQuantiles DescribeQuantiles()
    {
        var values = _quantiles.FindQuantiles(Shares);
        return new ColumnQuantiles(Word(values[0]), Word(values[1]), Word(values[2]), Word(values[3]), Word(values[4]));
    }

    private string Word(double measure) => ValueMeasure.Format(_type, measure);

    private static double? Finite(double? value) => value is { } number && double.IsFinite(number) ? number : null;
}
