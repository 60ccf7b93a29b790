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
}

/// <summary>Two dates, times or booleans of one type.</summary>
internal sealed class KeyComparison(IOrderedValue left, IOrderedValue right, Comparer comparer) : Condition
{
    public override Truth Evaluate() =>
        left.TryGetKey(out var a) && right.TryGetKey(out var b) ? comparer.Of(a.CompareTo(b)) : Truth.Unknown;
}

/// <summary>A date, time or boolean, and one that is written in the check.</summary>
internal sealed class KeyLiteral(IOrderedValue left, long right, Comparer comparer) : Condition
{
    public override Truth Evaluate() => left.TryGetKey(out var key) ? comparer.Of(key.CompareTo(right)) : Truth.Unknown;
}

/// <summary>Two texts, by their bytes.</summary>
internal sealed class TextComparison(ITextValue left, ITextValue right, Comparer comparer) : Condition
{
    public override Truth Evaluate() =>
        left.IsMissing || right.IsMissing ? Truth.Unknown : comparer.Of(left.Text.SequenceCompareTo(right.Text));
}

/// <summary>A text, and one that is written in the check.</summary>
internal sealed class TextLiteral(ITextValue left, byte[] right, Comparer comparer) : Condition
{
    public override Truth Evaluate() => left.IsMissing ? Truth.Unknown : comparer.Of(left.Text.SequenceCompareTo(right));
}

/// <summary>True where a text is one of several.</summary>
internal sealed class TextIn(ITextValue column, Utf8Set texts) : Condition
{
    public override Truth Evaluate() => column.IsMissing ? Truth.Unknown : texts.Contains(column.Text) ? Truth.True : Truth.False;
}

/// <summary>Two numbers; exact, whatever their sizes. What is not finite compares with nothing.</summary>
internal sealed class NumberComparison(NumberOperand left, NumberOperand right, Comparer comparer) : Condition
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
}

/// <summary>True where two numbers differ by no more than a third.</summary>
internal sealed class NumberNear(NumberOperand left, NumberOperand right, NumberOperand tolerance) : Condition
{
    private readonly NumberComparison _exact = new(new Magnitude(new Sum(left, right, isDifference: true)), tolerance, Comparer.Of("<="));

    public override Truth Evaluate() => _exact.Evaluate();
}
