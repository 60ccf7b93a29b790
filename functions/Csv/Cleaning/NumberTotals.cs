using System.Numerics;
using System.Runtime.CompilerServices;
using Serverless.Csv.Summary;
using Serverless.Csv.Values;

namespace Serverless.Csv.Cleaning;

/// <summary>Minimum, maximum and exact sum of numbers: nothing is rounded, so the order and the chunks do not matter.</summary>
internal sealed class NumberTotals
{
    private const int MaxSmallScale = 18;

    // A value of 18 digits is below 2^60, so another one fits.
    private const long FullPart = 1L << 62;

    // One sum, minimum and maximum a scale: nothing needs alignment. 2^64 values of 18 digits fit. A sum is added to in 64 bits, for Int128
    // is slow until the runtime has optimized what uses it, and then still twice the work.
    private readonly Int128[] _sums = new Int128[MaxSmallScale + 1];
    private readonly long[] _parts = new long[MaxSmallScale + 1];
    private readonly long[] _minimums = new long[MaxSmallScale + 1];
    private readonly long[] _maximums = new long[MaxSmallScale + 1];
    private readonly Dictionary<int, BigInteger> _bigSums = [];
    private bool _any;
    private BigNumber _lowest;
    private BigNumber _highest;
    private long _unmeasured;

    public NumberTotals()
    {
        Array.Fill(_minimums, long.MaxValue);
        Array.Fill(_maximums, long.MinValue);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Add(long mantissa, int scale)
    {
        if ((_parts[scale] += mantissa) is > FullPart or < -FullPart) AddPart(scale);
        if (mantissa < _minimums[scale]) _minimums[scale] = mantissa;
        if (mantissa > _maximums[scale]) _maximums[scale] = mantissa;
    }

    public void Add(in BigNumber value)
    {
        if (!value.IsMeasurable)
        {
            AddUnmeasured();
            return;
        }

        _bigSums[value.Scale] = _bigSums.GetValueOrDefault(value.Scale) + value.Mantissa;
        Widen(value);
    }

    /// <summary>Not a finite number, or one too long to be summed.</summary>
    public void AddUnmeasured() => _unmeasured++;

    public ColumnStatistics Describe(ColumnStatistics statistics)
    {
        for (var scale = 0; scale <= MaxSmallScale; scale++)
        {
            if (_maximums[scale] < _minimums[scale]) continue;
            Widen(new(_minimums[scale], scale));
            Widen(new(_maximums[scale], scale));
        }

        if (!_any) return statistics with { Unmeasured = _unmeasured };

        var sum = new BigNumber(BigInteger.Zero, 0);
        for (var scale = 0; scale <= MaxSmallScale; scale++)
        {
            AddPart(scale);
            if (_sums[scale] != 0) sum = BigNumber.Add(sum, new(_sums[scale], scale));
        }

        foreach (var (scale, big) in _bigSums) sum = BigNumber.Add(sum, new(big, scale));
        return statistics with
        {
            Minimum = _lowest.ToString(),
            Maximum = _highest.ToString(),
            Sum = sum.Normalize().ToString(),
            Unmeasured = _unmeasured,
        };
    }

    private void AddPart(int scale)
    {
        _sums[scale] += _parts[scale];
        _parts[scale] = 0;
    }

    private void Widen(in BigNumber value)
    {
        if (!_any || BigNumber.Compare(value, _lowest) < 0) _lowest = value.Normalize();
        if (!_any || BigNumber.Compare(value, _highest) > 0) _highest = value.Normalize();
        _any = true;
    }
}
