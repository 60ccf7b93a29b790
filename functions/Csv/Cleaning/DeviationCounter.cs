using System.Globalization;
using System.Numerics;
using Serverless.Csv.Checks;
using Serverless.Csv.Schema;
using Serverless.Csv.Summary;
using Serverless.Csv.Values;

namespace Serverless.Csv.Cleaning;

/// <summary>Counts the values of a column that lie outside bounds, and keeps the first of them.</summary>
internal sealed class DeviationCounter
{
    private readonly RecordCleaner _cleaner;
    private readonly int _column;
    private readonly INumberValue _value;
    private readonly bool _isMasked;
    private readonly BigNumber _lowest;
    private readonly BigNumber _highest;

    // The last small value of each scale that is within.
    private readonly long[] _lowestSmall;
    private readonly long[] _highestSmall;
    private readonly List<DeviatedValue> _first = [];
    private long _count;

    public DeviationCounter(TableSchema schema, RecordCleaner cleaner, string field, DeviationBounds bounds)
    {
        _cleaner = cleaner;
        _column = schema.PlaceOf(field);
        _value = (INumberValue)cleaner.Values[_column];
        _isMasked = schema.Fields[_column].Mask is not null;
        (_lowest, _highest) = (bounds.Lowest.ToNumber(), bounds.Highest.ToNumber());
        _lowestSmall = [.. Enumerable.Range(0, Small.MaxScale + 1).Select(s => Narrow(-Floor(-_lowest.Mantissa, _lowest.Scale - s)))];
        _highestSmall = [.. Enumerable.Range(0, Small.MaxScale + 1).Select(s => Narrow(Floor(_highest.Mantissa, _highest.Scale - s)))];
    }

    public Deviation Deviation => new(_cleaner.Values[_column].Name, _count, Show(_lowest), Show(_highest), [.. _first]);

    /// <summary>Takes the record that was cleaned last.</summary>
    /// <param name="row">Its number.</param>
    public void Take(long row)
    {
        if (!_cleaner.HasValue(_column) || !Deviates()) return;
        _count++;
        if (_first.Count >= Deviation.MaxShown) return;
        _value.TryGetExact(out var value);
        _first.Add(new DeviatedValue(row, _isMasked ? MaskText.Hidden : value.ToString()));
    }

    private bool Deviates()
    {
        if (_value.TryGetSmall(out var mantissa, out var scale))
            return mantissa < _lowestSmall[scale] || mantissa > _highestSmall[scale];
        return _value.TryGetExact(out var value) && value.IsMeasurable
            && (BigNumber.Compare(value, _lowest) < 0 || BigNumber.Compare(value, _highest) > 0);
    }

    private static string Show(in BigNumber bound) => bound.Divide(1)?.ToString("G6", CultureInfo.InvariantCulture) ?? bound.ToString();

    private static BigInteger Floor(BigInteger mantissa, int digits)
    {
        var quotient = BigInteger.DivRem(mantissa, BigInteger.Pow(10, digits), out var remainder);
        return remainder.Sign < 0 ? quotient - 1 : quotient;
    }

    private static long Narrow(BigInteger value) => (long)BigInteger.Clamp(value, long.MinValue, long.MaxValue);
}
