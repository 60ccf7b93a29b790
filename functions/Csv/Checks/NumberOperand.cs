using System.Linq.Expressions;
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

    /// <summary>Code that calculates in 64 bits, and takes back <see cref="CheckCode.UseFits"/> where they do not do.</summary>
    public abstract NumberCode Compile(CheckCode code);
}

internal sealed class NumberColumn(INumberValue column) : NumberOperand
{
    public override bool TryGetSmall(out long mantissa, out int scale) => column.TryGetSmall(out mantissa, out scale);

    public override NumberState Evaluate(out BigNumber value)
    {
        value = default;
        return column.IsMissing ? NumberState.Missing : column.TryGetExact(out value) ? NumberState.Finite : NumberState.NotFinite;
    }

    public override NumberCode Compile(CheckCode code) => code.ReadNumber(column);
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

    public override NumberCode Compile(CheckCode code) =>
        _isSmall ? new NumberCode(Expression.Constant(_mantissa), Expression.Constant(_value.Scale)) : code.GiveUp();
}

internal sealed class Sum(NumberOperand left, NumberOperand right, bool isDifference) : NumberOperand
{
    public override bool TryGetSmall(out long mantissa, out int scale)
    {
        (mantissa, scale) = (0, 0);
        return left.TryGetSmall(out var a, out var scaleA) && right.TryGetSmall(out var b, out var scaleB)
            && Small.TryAdd(a, scaleA, b, scaleB, isDifference, out mantissa, out scale);
    }

    public override NumberState Evaluate(out BigNumber value) => Exactly.Calculate(left, right, out value, isDifference
        ? static (a, b) => BigNumber.Add(a, new BigNumber(-b.Mantissa, b.Scale)) : static (a, b) => BigNumber.Add(a, b));

    public override NumberCode Compile(CheckCode code)
    {
        var (a, b, scale) = (left.Compile(code), right.Compile(code), code.Declare(typeof(int)));
        var sum = CheckCode.Call(
            typeof(Small), nameof(Small.ComputeSum), a.Mantissa, a.Scale, b.Mantissa, b.Scale, Expression.Constant(isDifference), scale,
            code.UseFits());
        return new NumberCode(sum, scale);
    }
}

internal sealed class Product(NumberOperand left, NumberOperand right) : NumberOperand
{
    public override bool TryGetSmall(out long mantissa, out int scale)
    {
        (mantissa, scale) = (0, 0);
        return left.TryGetSmall(out var a, out var scaleA) && right.TryGetSmall(out var b, out var scaleB)
            && Small.TryMultiply(a, scaleA, b, scaleB, out mantissa, out scale);
    }

    public override NumberState Evaluate(out BigNumber value) => Exactly.Calculate(
        left, right, out value, static (a, b) => new BigNumber(a.Mantissa * b.Mantissa, a.Scale + b.Scale));

    public override NumberCode Compile(CheckCode code)
    {
        var (a, b, scale) = (left.Compile(code), right.Compile(code), code.Declare(typeof(int)));
        var product = CheckCode.Call(
            typeof(Small), nameof(Small.ComputeProduct), a.Mantissa, a.Scale, b.Mantissa, b.Scale, scale, code.UseFits());
        return new NumberCode(product, scale);
    }
}

internal sealed class Magnitude(NumberOperand inner) : NumberOperand
{
    public override bool TryGetSmall(out long mantissa, out int scale)
    {
        if (!inner.TryGetSmall(out mantissa, out scale) || mantissa == long.MinValue) return false;
        mantissa = Math.Abs(mantissa);
        return true;
    }

    public override NumberCode Compile(CheckCode code)
    {
        var number = inner.Compile(code);
        return number with { Mantissa = CheckCode.Call(typeof(Small), nameof(Small.ComputeMagnitude), number.Mantissa, code.UseFits()) };
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
