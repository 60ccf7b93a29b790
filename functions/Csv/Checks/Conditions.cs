using System.Linq.Expressions;

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

    /// <summary>Code that gives true where the condition is true.</summary>
    public abstract Expression CompileTrue(CheckCode code);

    /// <summary>Code that gives true where the condition is false: neither is where it is not known.</summary>
    public abstract Expression CompileFalse(CheckCode code);
}

internal sealed class Constant(Truth truth) : Condition
{
    public override Truth Evaluate() => truth;

    public override Expression CompileTrue(CheckCode code) => Expression.Constant(truth == Truth.True);

    public override Expression CompileFalse(CheckCode code) => Expression.Constant(truth == Truth.False);
}

internal sealed class IsMissing(IColumnValue column) : Condition
{
    public override Truth Evaluate() => column.IsMissing ? Truth.True : Truth.False;

    public override Expression CompileTrue(CheckCode code) => code.IsMissing(column);

    public override Expression CompileFalse(CheckCode code) => Expression.Not(code.IsMissing(column));
}

internal sealed class Not(Condition inner) : Condition
{
    public override Truth Evaluate() => (Truth)(Truth.True - inner.Evaluate());

    public override Expression CompileTrue(CheckCode code) => inner.CompileFalse(code);

    public override Expression CompileFalse(CheckCode code) => inner.CompileTrue(code);
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

    public override Expression CompileTrue(CheckCode code) =>
        Expression.AndAlso(left.CompileTrue(code), right.CompileTrue(code));

    public override Expression CompileFalse(CheckCode code) =>
        Expression.OrElse(left.CompileFalse(code), right.CompileFalse(code));
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

    public override Expression CompileTrue(CheckCode code) =>
        Expression.OrElse(left.CompileTrue(code), right.CompileTrue(code));

    public override Expression CompileFalse(CheckCode code) =>
        Expression.AndAlso(left.CompileFalse(code), right.CompileFalse(code));
}
