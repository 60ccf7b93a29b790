using System.Text.Json;

namespace Serverless.JmesPath;

/// <summary>A node of an expression's tree.</summary>
internal abstract record JmesNode
{
    /// <summary>It is passed to a function as it is, instead of its value.</summary>
    public bool IsArgument { get; init; }

    /// <summary>The nodes inside.</summary>
    public virtual IEnumerable<JmesNode> Inner => [];

    /// <summary>Applies it to a value, or to each of a projection.</summary>
    public object? Apply(object? value, Evaluation evaluation)
    {
        evaluation.Charge();
        return value is Projection projection ? Project(projection, evaluation) : Evaluate(value, evaluation);
    }

    /// <summary>The value where a projection ends.</summary>
    public object? GetValue(object? value, Evaluation evaluation) => JmesValue.Settle(Apply(value, evaluation));

    protected abstract object? Evaluate(object? value, Evaluation evaluation);

    protected virtual object? Project(Projection projection, Evaluation evaluation)
    {
        var items = new List<object?>();
        foreach (var item in projection.Items)
        {
            if (Apply(item, evaluation) is { } applied) items.Add(applied);
        }

        return new Projection(items);
    }
}

internal sealed record CurrentNode : JmesNode
{
    protected override object? Evaluate(object? value, Evaluation evaluation) => value;
}

internal sealed record RootNode : JmesNode
{
    protected override object? Evaluate(object? value, Evaluation evaluation) => evaluation.Root;
}

internal sealed record Literal(object? Constant) : JmesNode
{
    protected override object? Evaluate(object? value, Evaluation evaluation) => Constant;
}

internal sealed record Identifier(string Name) : JmesNode
{
    protected override object? Evaluate(object? value, Evaluation evaluation) => JmesValue.FindMember(value, Name, evaluation);
}

internal sealed record VariableReference(string Name) : JmesNode
{
    protected override object? Evaluate(object? value, Evaluation evaluation) => evaluation.GetVariable(Name);
}

/// <summary>Applies the right side to the value of the left side: <c>a.b</c>, <c>a[0]</c>.</summary>
internal sealed record SubExpression(JmesNode Left, JmesNode Right) : JmesNode
{
    public override IEnumerable<JmesNode> Inner => [Left, Right];

    protected override object? Evaluate(object? value, Evaluation evaluation) =>
        Left.Apply(value, evaluation) is { } left ? Right.Apply(left, evaluation) : null;
}

internal sealed record Pipe(JmesNode Left, JmesNode Right) : JmesNode
{
    public override IEnumerable<JmesNode> Inner => [Left, Right];

    protected override object? Evaluate(object? value, Evaluation evaluation) => Right.Apply(Left.GetValue(value, evaluation), evaluation);
}

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
        if (Operator is "==" or "!=") return JmesValue.Equal(left, right, evaluation) == (Operator == "==");
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

internal sealed record MultiSelectList(IReadOnlyList<JmesNode> Members) : JmesNode
{
    public override IEnumerable<JmesNode> Inner => Members;

    protected override object? Evaluate(object? value, Evaluation evaluation) =>
        Members.Select(m => m.GetValue(value, evaluation)).ToList();
}

internal sealed record MultiSelectHash(IReadOnlyDictionary<string, JmesNode> Members) : JmesNode
{
    public override IEnumerable<JmesNode> Inner => Members.Values;

    protected override object? Evaluate(object? value, Evaluation evaluation) =>
        Members.ToDictionary(m => m.Key, m => m.Value.GetValue(value, evaluation), StringComparer.Ordinal);
}

internal sealed record Let(IReadOnlyList<(string Name, JmesNode Value)> Bindings, JmesNode Body) : JmesNode
{
    public override IEnumerable<JmesNode> Inner => [.. Bindings.Select(b => b.Value), Body];

    protected override object? Evaluate(object? value, Evaluation evaluation)
    {
        var values = Bindings.Select(b => (b.Name, Value: b.Value.GetValue(value, evaluation))).ToList();
        foreach (var (name, bound) in values) evaluation.Push(name, bound);
        var result = Body.Apply(value, evaluation);
        evaluation.Pop(values.Count);
        return result;
    }
}

internal sealed record Index(int Position) : JmesNode
{
    protected override object? Evaluate(object? value, Evaluation evaluation)
    {
        if (value is JsonElement { ValueKind: JsonValueKind.Array } json)
        {
            // JSON is counted from front to back.
            evaluation.Charge(json.GetArrayLength() / 16);
            return From(json.GetArrayLength()) is { } at ? JmesValue.From(json[at]) : null;
        }

        return JmesValue.ToItems(value, evaluation) is { } items && From(items.Count) is { } index ? items[index] : null;
    }

    private int? From(int count)
    {
        var position = Position < 0 ? (long)count + Position : Position;
        return position >= 0 && position < count ? (int)position : null;
    }
}

/// <summary>A node that makes a projection of a value.</summary>
internal abstract record ProjectionNode : JmesNode;

internal sealed record ListWildcard : ProjectionNode
{
    protected override object? Evaluate(object? value, Evaluation evaluation) =>
        JmesValue.ToItems(value, evaluation) is { } items ? new Projection([.. items.Where(i => i is not null)]) : null;
}

internal sealed record HashWildcard : ProjectionNode
{
    protected override object? Evaluate(object? value, Evaluation evaluation) =>
        JmesValue.ToMembers(value, evaluation) is { } members ? new Projection([.. members.Select(m => m.Value)]) : null;
}

internal sealed record Filter(JmesNode Condition) : ProjectionNode
{
    public override IEnumerable<JmesNode> Inner => [Condition];

    protected override object? Evaluate(object? value, Evaluation evaluation) =>
        JmesValue.ToItems(value, evaluation) is { } items
            ? new Projection([.. items.Where(i => !JmesValue.IsFalse(Condition.Apply(i, evaluation)))]) : null;
}

internal sealed record Flatten : ProjectionNode
{
    protected override object? Evaluate(object? value, Evaluation evaluation)
    {
        if (JmesValue.ToItems(value, evaluation) is not { } items) return null;
        var flat = new List<object?>();
        foreach (var item in items)
        {
            if (JmesValue.ToItems(item, evaluation) is { } nested) flat.AddRange(nested.Where(n => n is not null));
            else if (item is not null) flat.Add(item);
        }

        return new Projection(flat);
    }

    protected override object? Project(Projection projection, Evaluation evaluation) => Evaluate(JmesValue.Settle(projection), evaluation);
}

internal sealed record Slice(int? Start, int? Stop, int? Step) : ProjectionNode
{
    protected override object? Evaluate(object? value, Evaluation evaluation)
    {
        if (value is string text)
        {
            evaluation.ChargeText(text.Length);
            return string.Concat(Cut([.. text.EnumerateRunes()]));
        }

        return JmesValue.ToItems(value, evaluation) is { } items ? new Projection([.. Cut(items)]) : null;
    }

    private IEnumerable<T> Cut<T>(List<T> items)
    {
        var step = Step ?? 1;
        long start = From(Start, items.Count) ?? (step > 0 ? 0 : items.Count - 1);
        long stop = From(Stop, items.Count) ?? (step > 0 ? items.Count : -1);
        start = step > 0 ? Math.Max(start, 0) : Math.Min(start, items.Count - 1);
        for (var i = start; step > 0 ? i < Math.Min(stop, items.Count) : i > Math.Max(stop, -1); i += step) yield return items[(int)i];
    }

    private static long? From(int? position, int count) => position < 0 ? (long)count + position : position;
}
