using System.Numerics;
using Serverless.Csv.Values;

namespace Serverless.Csv.Checks;

/// <summary>The kinds of results that a calculation can have.</summary>
internal enum NumberState : byte
{
    Missing,
    NotFinite,
    Finite,
}

/// <summary>A number of the record at hand, or one that is calculated. Nothing is rounded.</summary>
internal abstract class NumberOperand
{
    /// <summary>The value as <c>mantissa / 10^scale</c>, the scale from 0 to 18; false where it does not fit, or is none.</summary>
    public abstract bool TryGetSmall(out long mantissa, out int scale);

    /// <summary>The value, however large.</summary>
    public abstract NumberState Evaluate(out BigNumber value);
}

internal sealed class NumberColumn(INumberValue column) : NumberOperand
{
    public override bool TryGetSmall(out long mantissa, out int scale) => column.TryGetSmall(out mantissa, out scale);

    public override NumberState Evaluate(out BigNumber value)
    {
        value = default;
        return column.IsMissing ? NumberState.Missing : column.TryGetExact(out value) ? NumberState.Finite : NumberState.NotFinite;
    }
}

internal sealed class NumberLiteral : NumberOperand
{
    private readonly BigNumber _value;
    private readonly bool _isSmall;
    private readonly long _mantissa;

    public NumberLiteral(BigNumber value)
    {
        _value = value;
        _isSmall = value.Scale is >= 0 and <= Small.MaxScale && value.Mantissa >= long.MinValue && value.Mantissa <= long.MaxValue;
        if (_isSmall) _mantissa = (long)value.Mantissa;
    }

    public override bool TryGetSmall(out long mantissa, out int scale)
    {
        (mantissa, scale) = (_mantissa, _value.Scale);
        return _isSmall;
    }

    public override NumberState Evaluate(out BigNumber value)
    {
        value = _value;
        return NumberState.Finite;
    }
}

internal sealed class Sum(NumberOperand left, NumberOperand right, bool isDifference) : NumberOperand
{
    public override bool TryGetSmall(out long mantissa, out int scale)
    {
        if (left.TryGetSmall(out var a, out var scaleA) && right.TryGetSmall(out var b, out var scaleB)
            && Small.TryAlign(ref a, ref scaleA, ref b, scaleB))
        {
            scale = scaleA;
            mantissa = unchecked(isDifference ? a - b : a + b);

            // An overflow has the other sign than both operands of the sum.
            return (isDifference ? (a ^ b) & (a ^ mantissa) : (a ^ mantissa) & (b ^ mantissa)) >= 0;
        }

        (mantissa, scale) = (0, 0);
        return false;
    }

    public override NumberState Evaluate(out BigNumber value) => Exactly.Calculate(left, right, out value, isDifference
        ? static (a, b) => BigNumber.Add(a, new BigNumber(-b.Mantissa, b.Scale)) : static (a, b) => BigNumber.Add(a, b));
}

internal sealed class Product(NumberOperand left, NumberOperand right) : NumberOperand
{
    public override bool TryGetSmall(out long mantissa, out int scale)
    {
        if (left.TryGetSmall(out var a, out var scaleA) && right.TryGetSmall(out var b, out var scaleB)
            && scaleA + scaleB <= Small.MaxScale)
        {
            scale = scaleA + scaleB;
            return Small.TryMultiply(a, b, out mantissa);
        }

        (mantissa, scale) = (0, 0);
        return false;
    }

    public override NumberState Evaluate(out BigNumber value) => Exactly.Calculate(
        left, right, out value, static (a, b) => new BigNumber(a.Mantissa * b.Mantissa, a.Scale + b.Scale));
}

internal sealed class Magnitude(NumberOperand inner) : NumberOperand
{
    public override bool TryGetSmall(out long mantissa, out int scale)
    {
        if (!inner.TryGetSmall(out mantissa, out scale) || mantissa == long.MinValue) return false;
        mantissa = Math.Abs(mantissa);
        return true;
    }

    public override NumberState Evaluate(out BigNumber value)
    {
        var state = inner.Evaluate(out value);
        value = new BigNumber(BigInteger.Abs(value.Mantissa), value.Scale);
        return state;
    }
}

/// <summary>Calculations with numbers of any size; with those of over a thousand digits none.</summary>
internal static class Exactly
{
    public static NumberState Calculate(
        NumberOperand left, NumberOperand right, out BigNumber value, Func<BigNumber, BigNumber, BigNumber> operation)
    {
        value = default;
        var (first, second) = (left.Evaluate(out var a), right.Evaluate(out var b));
        if (first == NumberState.Missing || second == NumberState.Missing) return NumberState.Missing;
        if (first != NumberState.Finite || second != NumberState.Finite || !a.IsMeasurable || !b.IsMeasurable) return NumberState.NotFinite;
        value = operation(a, b);
        return NumberState.Finite;
    }
}

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

    /// <summary>Multiplies; false where the product takes more than 64 bits.</summary>
    public static bool TryMultiply(long a, long b, out long product) => Math.BigMul(a, b, out product) == product >> 63;
}
