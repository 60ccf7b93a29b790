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
