using System.Globalization;
using System.Numerics;
using Serverless.Csv.Values;

namespace Serverless.Csv.Checks;

/// <summary>A number with all its digits, however many.</summary>
internal sealed record ExactSum(string Mantissa, int Scale)
{
    public static ExactSum Of(in BigNumber value) => new(value.Mantissa.ToString(CultureInfo.InvariantCulture), value.Scale);

    public BigNumber ToNumber() => new(BigInteger.Parse(Mantissa, CultureInfo.InvariantCulture), Scale);
}

/// <summary>The number of values, their sum and that of their squares: exact, so that ranges add up in any way.</summary>
internal sealed record Moments(long Count, ExactSum Sum, ExactSum Squares)
{
    public static Moments None { get; } = new(0, ExactSum.Of(default), ExactSum.Of(default));

    public Moments Add(Moments other) => new(
        Count + other.Count, ExactSum.Of(BigNumber.Add(Sum.ToNumber(), other.Sum.ToNumber())),
        ExactSum.Of(BigNumber.Add(Squares.ToNumber(), other.Squares.ToNumber())));
}

/// <summary>Adds the values of a column up. What is not finite, or of over a thousand digits, is left out.</summary>
/// <param name="column">The column.</param>
internal sealed class MomentsCounter(INumberValue column)
{
    private readonly Int128[] _sums = new Int128[Small.MaxScale + 1];
    private readonly UInt128[] _squares = new UInt128[Small.MaxScale + 1];
    private long _count;
    private BigNumber _sum;
    private BigNumber _square;

    public Moments Moments
    {
        get
        {
            var (sum, square) = (_sum, _square);
            for (var scale = 0; scale <= Small.MaxScale; scale++)
            {
                if (_sums[scale] != 0) sum = BigNumber.Add(sum, new(_sums[scale], scale));
                if (_squares[scale] != 0) square = BigNumber.Add(square, new(_squares[scale], 2 * scale));
            }

            return new Moments(_count, ExactSum.Of(sum), ExactSum.Of(square));
        }
    }

    /// <summary>Takes the value of the record at hand.</summary>
    public void Take()
    {
        if (column.TryGetSmall(out var mantissa, out var scale))
        {
            _count++;
            _sums[scale] += mantissa;
            var square = (UInt128)((Int128)mantissa * mantissa);
            var total = unchecked(_squares[scale] + square);
            if (total < square) _square = BigNumber.Add(_square, new(BigInteger.One << 128, 2 * scale));
            _squares[scale] = total;
            return;
        }

        if (!column.TryGetExact(out var value) || !value.IsMeasurable) return;
        _count++;
        _sum = BigNumber.Add(_sum, value);
        _square = BigNumber.Add(_square, new(value.Mantissa * value.Mantissa, 2 * value.Scale));
    }
}
