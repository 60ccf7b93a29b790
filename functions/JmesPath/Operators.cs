namespace Serverless.JmesPath;

internal sealed record Or(JmesNode Left, JmesNode Right) : JmesNode
{
    public override IEnumerable<JmesNode> Inner => [Left, Right];

    protected override object? Evaluate(object? value, Evaluation evaluation)
    {
        var left = Left.Apply(value, evaluation);
        return JmesValue.IsFalse(left) ? Right.Apply(value, evaluation) : left;
    }
}

internal sealed record And(JmesNode Left, JmesNode Right) : JmesNode
{
    public override IEnumerable<JmesNode> Inner => [Left, Right];

    protected override object? Evaluate(object? value, Evaluation evaluation)
    {
        var left = Left.Apply(value, evaluation);
        return JmesValue.IsFalse(left) ? left : Right.Apply(value, evaluation);
    }
}

internal sealed record Not(JmesNode Operand) : JmesNode
{
    public override IEnumerable<JmesNode> Inner => [Operand];

    protected override object? Evaluate(object? value, Evaluation evaluation) => JmesValue.IsFalse(Operand.Apply(value, evaluation));
}

internal sealed record Comparison(JmesNode Left, JmesNode Right, string Operator) : JmesNode
{
    public override IEnumerable<JmesNode> Inner => [Left, Right];

    protected override object? Evaluate(object? value, Evaluation evaluation)
    {
        var (left, right) = (Left.GetValue(value, evaluation), Right.GetValue(value, evaluation));
        if (Operator is "==" or "!=") return JmesValue.AreEqual(left, right, evaluation) == (Operator == "==");
        if (Compare(left, right, evaluation) is not { } order) return null;
        return Operator switch { "<" => order < 0, "<=" => order <= 0, ">" => order > 0, _ => order >= 0 };
    }

    // Only two numbers and two texts have an order.
    private static int? Compare(object? left, object? right, Evaluation evaluation)
    {
        if (left is not string a || right is not string b)
            return JmesValue.ToNumber(left, evaluation) is { } x && JmesValue.ToNumber(right, evaluation) is { } y ? x.CompareTo(y) : null;
        evaluation.ChargeRead(Math.Min(a.Length, b.Length));
        return string.CompareOrdinal(a, b);
    }
}

internal sealed record Arithmetic(JmesNode? Left, JmesNode Right, char Operator) : JmesNode
{
    public override IEnumerable<JmesNode> Inner => Left is null ? [Right] : [Left, Right];

    protected override object? Evaluate(object? value, Evaluation evaluation)
    {
        var left = Left is null ? 0 : JmesValue.ToNumber(Left.GetValue(value, evaluation), evaluation);
        if (left is not { } x || JmesValue.ToNumber(Right.GetValue(value, evaluation), evaluation) is not { } y) return null;
        var result = Operator switch { '+' => x + y, '-' => x - y, '*' => x * y, '/' => x / y, '%' => x % y, _ => Math.Floor(x / y) };
        return double.IsFinite(result) ? result : throw new ExpressionException("A calculation gives no number.");
    }
}
