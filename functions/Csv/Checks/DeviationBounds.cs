using System.Numerics;
using System.Text;
using Serverless.Csv.Values;

namespace Serverless.Csv.Checks;

/// <summary>The bounds of a column's values: so many sample standard deviations below the mean and above it.</summary>
/// <param name="Lowest">The lower one, as <see cref="ExactSum"/>.</param>
/// <param name="Highest">The upper one.</param>
internal sealed record DeviationBounds(ExactSum Lowest, ExactSum Highest)
{
    // The digits of a root behind those of the values. Values that have no more compare with the bound as with the root itself.
    private const int RootDigits = 50;

    /// <summary>The bounds for a column; null for fewer than two values, which do not deviate.</summary>
    public static DeviationBounds? Of(Moments moments, DeviationCheck check)
    {
        if (moments.Count < 2) return null;
        var n = new BigInteger(moments.Count);
        var (sum, squares) = (moments.Sum.ToNumber(), moments.Squares.ToNumber());
        var scale = Math.Max(0, Math.Max(sum.Scale, (squares.Scale + 1) / 2));
        var s = Raise(sum, scale);
        var spread = (n * Raise(squares, 2 * scale)) - (s * s);
        var interval = BigNumber.Parse(Encoding.UTF8.GetBytes(check.Interval));

        // x deviates where (n x - s)^2 (n - 1) > interval^2 n spread: all but the root stays whole.
        var root = Root(
            interval.Mantissa * interval.Mantissa * n * spread * BigInteger.Pow(10, 2 * RootDigits)
            / (BigInteger.Pow(10, 2 * Math.Max(0, interval.Scale)) * (n - 1)));
        var middle = s * BigInteger.Pow(10, RootDigits);
        return new DeviationBounds(
            ExactSum.Of(new(-Floor(root - middle, n), scale + RootDigits)), ExactSum.Of(new(Floor(middle + root, n), scale + RootDigits)));
    }

    private static BigInteger Raise(in BigNumber value, int scale) => value.Mantissa * BigInteger.Pow(10, scale - value.Scale);

    private static BigInteger Floor(BigInteger dividend, BigInteger divisor)
    {
        var quotient = BigInteger.DivRem(dividend, divisor, out var remainder);
        return remainder.Sign < 0 ? quotient - 1 : quotient;
    }

    // Newton's method, from above.
    private static BigInteger Root(BigInteger square)
    {
        if (square.IsZero) return square;
        var root = BigInteger.One << (int)((square.GetBitLength() + 1) / 2);
        while (true)
        {
            var next = (root + (square / root)) >> 1;
            if (next >= root) return root;
            root = next;
        }
    }
}
