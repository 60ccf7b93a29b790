using System.Numerics;

namespace Serverless.Csv.Checks;

/// <summary>Calculations with numbers of at most 18 decimals that a <see cref="long"/> holds.</summary>
internal static class Small
{
    public const int MaxScale = 18;

    private static readonly long[] Powers = [.. Enumerable.Range(0, MaxScale + 1).Select(n => (long)BigInteger.Pow(10, n))];

    // Multiplied by a power of ten: below 10^38, which 128 bits hold.
    private static Int128 Raise(long mantissa, int by) => by == 0 ? mantissa : (Int128)mantissa * Powers[by];

    public static int Compare(long a, int scaleA, long b, int scaleB)
    {
        if (TryAlign(ref a, ref scaleA, ref b, scaleB)) return a.CompareTo(b);
        var scale = Math.Max(scaleA, scaleB);
        return Raise(a, scale - scaleA).CompareTo(Raise(b, scale - scaleB));
    }

    /// <summary>Brings two numbers to the larger scale, in the first one's place; false where one grows too large for it.</summary>
    public static bool TryAlign(ref long a, ref int scaleA, ref long b, int scaleB)
    {
        if (scaleA == scaleB) return true;
        if (scaleA > scaleB)
        {
            if (!TryMultiply(b, Powers[scaleA - scaleB], out var raised)) return false;
            b = raised;
            return true;
        }

        if (!TryMultiply(a, Powers[scaleB - scaleA], out var larger)) return false;
        (a, scaleA) = (larger, scaleB);
        return true;
    }

    /// <summary>Adds or subtracts; false where the result takes more.</summary>
    public static bool TryAdd(long a, int scaleA, long b, int scaleB, bool isDifference, out long mantissa, out int scale)
    {
        var fits = TryAlign(ref a, ref scaleA, ref b, scaleB);
        scale = scaleA;
        mantissa = unchecked(isDifference ? a - b : a + b);

        // An overflow has the other sign than both operands of the sum.
        return fits && (isDifference ? (a ^ b) & (a ^ mantissa) : (a ^ mantissa) & (b ^ mantissa)) >= 0;
    }

    /// <summary>Multiplies; false where the product takes more.</summary>
    public static bool TryMultiply(long a, int scaleA, long b, int scaleB, out long mantissa, out int scale)
    {
        scale = scaleA + scaleB;
        if (scale <= MaxScale && TryMultiply(a, b, out mantissa)) return true;
        (mantissa, scale) = (0, 0);
        return false;
    }

    /// <summary>Adds or subtracts, and takes back that the numbers fit where the result takes more.</summary>
    public static long ComputeSum(long a, int scaleA, long b, int scaleB, bool isDifference, out int scale, ref bool fits)
    {
        fits &= TryAdd(a, scaleA, b, scaleB, isDifference, out var sum, out scale);
        return sum;
    }

    /// <inheritdoc cref="ComputeSum"/>
    public static long ComputeProduct(long a, int scaleA, long b, int scaleB, out int scale, ref bool fits)
    {
        fits &= TryMultiply(a, scaleA, b, scaleB, out var product, out scale);
        return product;
    }

    /// <inheritdoc cref="ComputeSum"/>
    public static long ComputeMagnitude(long a, ref bool fits)
    {
        fits &= a != long.MinValue;
        return a < 0 ? unchecked(-a) : a;
    }

    // False where the product takes more than 64 bits.
    private static bool TryMultiply(long a, long b, out long product) => Math.BigMul(a, b, out product) == product >> 63;
}
