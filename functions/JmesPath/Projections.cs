namespace Serverless.JmesPath;

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
