using System.Runtime.CompilerServices;
using System.Text;
using Serverless.Csv.Values;

namespace Serverless.Csv.Cleaning;

/// <summary>A minimum or maximum that numbers are held against.</summary>
internal sealed class NumberBound
{
    private const int MaxSmallScale = 18;
    private static readonly long SmallLimit = PowerOfTen(MaxSmallScale);

    private readonly BigNumber _exact;

    // The bound times a power of ten for each scale a small value may have, so that most comparisons are of whole numbers; where that is
    // no 64 bits any more, the outermost number, which no small value reaches either.
    private readonly long[]? _scaled;

    public NumberBound(string canonical)
    {
        _exact = BigNumber.Parse(Encoding.UTF8.GetBytes(canonical));
        if (_exact.Scale is < 0 or > MaxSmallScale || _exact.Mantissa <= -SmallLimit || _exact.Mantissa >= SmallLimit) return;

        _scaled = new long[MaxSmallScale + 1];
        for (var scale = _exact.Scale; scale <= MaxSmallScale; scale++)
        {
            var exact = (Int128)(long)_exact.Mantissa * PowerOfTen(scale - _exact.Scale);
            _scaled[scale] = (long)Int128.Clamp(exact, long.MinValue, long.MaxValue);
        }
    }

    /// <summary>Compares a value of at most 18 digits, of which <paramref name="scale"/> stand behind the point.</summary>
    /// <returns>How the value stands to the bound: below zero when it is smaller.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int Compare(long mantissa, int scale) => _scaled is not null && scale >= _exact.Scale
        ? mantissa.CompareTo(_scaled[scale])
        : Compare(new BigNumber(mantissa, scale));

    public int Compare(in BigNumber value) => BigNumber.Compare(value, _exact);

    private static long PowerOfTen(int exponent)
    {
        var power = 1L;
        for (; exponent > 0; exponent--) power *= 10;
        return power;
    }
}
