using System.Text;

namespace Serverless.Csv.Cleaning;

/// <summary>A minimum or maximum that numbers are held against.</summary>
internal sealed class NumberBound
{
    private readonly BigNumber _exact;
    private readonly bool _small;
    private readonly long _mantissa;

    public NumberBound(string canonical)
    {
        _exact = BigNumber.Parse(Encoding.UTF8.GetBytes(canonical));
        _small = _exact.Mantissa >= long.MinValue && _exact.Mantissa <= long.MaxValue;
        _mantissa = _small ? (long)_exact.Mantissa : 0;
    }

    /// <returns>How a value stands to the bound: below zero when it is smaller.</returns>
    public int Compare(long mantissa, int scale) => _small && scale == _exact.Scale
        ? mantissa.CompareTo(_mantissa)
        : Compare(new BigNumber(mantissa, scale));

    public int Compare(in BigNumber value) => BigNumber.Compare(value, _exact);
}
