using System.Linq.Expressions;
using Serverless.Csv.Values;

namespace Serverless.Csv.Checks;

/// <summary>The outcomes of an order that fulfil a comparison.</summary>
internal readonly record struct Comparer(bool Less, bool Equal, bool Greater)
{
    public static Comparer Of(string symbol) => symbol switch
    {
        "=" => new(false, true, false),
        "!=" => new(true, false, true),
        "<" => new(true, false, false),
        "<=" => new(true, true, false),
        ">" => new(false, false, true),
        _ => new(false, true, true),
    };

    public Truth Of(int order) => (order < 0 ? Less : order == 0 ? Equal : Greater) ? Truth.True : Truth.False;

    /// <summary>Code that compares two whole numbers.</summary>
    public Expression Compile(Expression left, Expression right) => (Less, Equal, Greater) switch
    {
        (false, true, false) => Expression.Equal(left, right),
        (true, false, true) => Expression.NotEqual(left, right),
        (true, false, false) => Expression.LessThan(left, right),
        (true, true, false) => Expression.LessThanOrEqual(left, right),
        (false, false, true) => Expression.GreaterThan(left, right),
        _ => Expression.GreaterThanOrEqual(left, right),
    };

    /// <summary>Code that judges an order.</summary>
    public Expression Compile(Expression order) => Compile(order, Expression.Constant(0));

    /// <summary>Code that compares two texts.</summary>
    public Expression CompileTexts(Expression left, Expression right) => Less == Greater
        ? Compile(CheckCode.Call(typeof(Comparer), nameof(Differ), left, right))
        : Compile(CheckCode.Call(typeof(Comparer), nameof(Compare), left, right));

    private static int Compare(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right) => left.SequenceCompareTo(right);

    private static int Differ(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right) => left.SequenceEqual(right) ? 0 : 1;
}

/// <summary>A comparison that is not known where a value is missing.</summary>
internal abstract class Comparison : Condition
{
    public sealed override Expression CompileTrue(CheckCode code)
    {
        var (isKnown, isMet) = Compile(code);
        return Expression.AndAlso(isKnown, isMet);
    }

    public sealed override Expression CompileFalse(CheckCode code)
    {
        var (isKnown, isMet) = Compile(code);
        return Expression.AndAlso(isKnown, Expression.Not(isMet));
    }

    protected abstract (Expression IsKnown, Expression IsMet) Compile(CheckCode code);
}

/// <summary>Two dates, times or booleans of one type.</summary>
internal sealed class KeyComparison(IOrderedValue left, IOrderedValue right, Comparer comparer) : Comparison
{
    public override Truth Evaluate() =>
        left.TryGetKey(out var a) && right.TryGetKey(out var b) ? comparer.Of(a.CompareTo(b)) : Truth.Unknown;

    protected override (Expression IsKnown, Expression IsMet) Compile(CheckCode code)
    {
        var (a, b) = (code.ReadKey(left), code.ReadKey(right));
        return (Expression.AndAlso(a.IsThere, b.IsThere), comparer.Compile(a.Key, b.Key));
    }
}

/// <summary>A date, time or boolean, and one that is written in the check.</summary>
internal sealed class KeyLiteral(IOrderedValue left, long right, Comparer comparer) : Comparison
{
    public override Truth Evaluate() => left.TryGetKey(out var key) ? comparer.Of(key.CompareTo(right)) : Truth.Unknown;

    protected override (Expression IsKnown, Expression IsMet) Compile(CheckCode code)
    {
        var (isThere, key) = code.ReadKey(left);
        return (isThere, comparer.Compile(key, Expression.Constant(right)));
    }
}

/// <summary>Two texts, by their bytes.</summary>
internal sealed class TextComparison(ITextValue left, ITextValue right, Comparer comparer) : Comparison
{
    public override Truth Evaluate() =>
        left.IsMissing || right.IsMissing ? Truth.Unknown : comparer.Of(left.Text.SequenceCompareTo(right.Text));

    protected override (Expression IsKnown, Expression IsMet) Compile(CheckCode code)
    {
        var isMissing = Expression.OrElse(code.IsMissing(left), code.IsMissing(right));
        return (Expression.Not(isMissing), comparer.CompileTexts(code.ReadText(left), code.ReadText(right)));
    }
}

/// <summary>A text, and one that is written in the check.</summary>
internal sealed class TextLiteral(ITextValue left, byte[] right, Comparer comparer) : Comparison
{
    public override Truth Evaluate() => left.IsMissing ? Truth.Unknown : comparer.Of(left.Text.SequenceCompareTo(right));

    protected override (Expression IsKnown, Expression IsMet) Compile(CheckCode code)
    {
        var text = Expression.Convert(Expression.Constant(right), typeof(ReadOnlySpan<byte>));
        return (Expression.Not(code.IsMissing(left)), comparer.CompileTexts(code.ReadText(left), text));
    }
}

/// <summary>True where a text is one of several.</summary>
internal sealed class TextIn(ITextValue column, Utf8Set texts) : Comparison
{
    public override Truth Evaluate() => column.IsMissing ? Truth.Unknown : texts.Contains(column.Text) ? Truth.True : Truth.False;

    protected override (Expression IsKnown, Expression IsMet) Compile(CheckCode code) =>
        (Expression.Not(code.IsMissing(column)),
            CheckCode.Call(typeof(TextIn), nameof(IsOneOf), code.ReadText(column), Expression.Constant(texts)));

    private static bool IsOneOf(ReadOnlySpan<byte> text, Utf8Set texts) => texts.Contains(text);
}

/// <summary>Two numbers; exact, whatever their sizes. What is not finite compares with nothing.</summary>
internal sealed class NumberComparison(NumberOperand left, NumberOperand right, Comparer comparer) : Comparison
{
    public override Truth Evaluate()
    {
        if (left.TryGetSmall(out var a, out var scaleA) && right.TryGetSmall(out var b, out var scaleB))
            return comparer.Of(scaleA == scaleB ? a.CompareTo(b) : Small.Compare(a, scaleA, b, scaleB));
        return (left.Evaluate(out var x), right.Evaluate(out var y)) switch
        {
            (NumberState.Missing, _) or (_, NumberState.Missing) => Truth.Unknown,
            (NumberState.Finite, NumberState.Finite) => comparer.Of(BigNumber.Compare(x, y)),
            _ => Truth.False,
        };
    }

    // Of small numbers, which are there.
    protected override (Expression IsKnown, Expression IsMet) Compile(CheckCode code)
    {
        var (a, b) = (left.Compile(code), right.Compile(code));
        var (first, holdFirst) = code.Hold(a.Mantissa);
        var (second, holdSecond) = code.Hold(b.Mantissa);
        var order = CheckCode.Call(typeof(Small), nameof(Small.Compare), first, a.Scale, second, b.Scale);
        return (Expression.Constant(true), Expression.Block(
            holdFirst, holdSecond,
            Expression.Condition(Expression.Equal(a.Scale, b.Scale), comparer.Compile(first, second), comparer.Compile(order))));
    }
}

/// <summary>True where two numbers differ by no more than a third.</summary>
internal sealed class NumberNear(NumberOperand left, NumberOperand right, NumberOperand tolerance) : Condition
{
    private readonly NumberComparison _exact = new(new Magnitude(new Sum(left, right, isDifference: true)), tolerance, Comparer.Of("<="));

    public override Truth Evaluate() => _exact.Evaluate();

    public override Expression CompileTrue(CheckCode code) => _exact.CompileTrue(code);

    public override Expression CompileFalse(CheckCode code) => _exact.CompileFalse(code);
}
