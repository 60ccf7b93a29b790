namespace Serverless.Csv.Checks;

/// <summary>The outcome of a condition: what depends on a missing value is not known.</summary>
internal enum Truth : byte
{
    False,
    Unknown,
    True,
}

/// <summary>A condition on the record at hand.</summary>
internal abstract class Condition
{
    public abstract Truth Evaluate();
}

internal sealed class Constant(Truth truth) : Condition
{
    public override Truth Evaluate() => truth;
}

internal sealed class IsMissing(IColumnValue column) : Condition
{
    public override Truth Evaluate() => column.IsMissing ? Truth.True : Truth.False;
}

internal sealed class Not(Condition inner) : Condition
{
    public override Truth Evaluate() => (Truth)(Truth.True - inner.Evaluate());
}

internal sealed class And(Condition left, Condition right) : Condition
{
    public override Truth Evaluate()
    {
        var first = left.Evaluate();
        if (first == Truth.False) return first;
        var second = right.Evaluate();
        return second < first ? second : first;
    }
}

internal sealed class Or(Condition left, Condition right) : Condition
{
    public override Truth Evaluate()
    {
        var first = left.Evaluate();
        if (first == Truth.True) return first;
        var second = right.Evaluate();
        return second > first ? second : first;
    }
}
