namespace Serverless.Workflows.JmesPath;

/// <summary>
/// One evaluation: its data, its variables, and the steps that are left. Steps count what is visited and what is made, so that no
/// expression takes more time or memory than its budget, whatever the data; and the count is the same in every replay.
/// </summary>
internal sealed class Evaluation(object? root, long steps)
{
    private const int CharactersPerStep = 4;

    private readonly Stack<(string Name, object? Value)> _variables = new();

    public object? Root => root;

    /// <summary>Steps that are left.</summary>
    public long Left { get; private set; } = steps;

    /// <exception cref="ExpressionException">None is left.</exception>
    public void Charge(long count = 1)
    {
        Left -= count;
        if (Left < 0 || count < 0) throw new ExpressionException("It takes too many steps; filter the data first, or use a task.");
    }

    /// <summary>Charges for a text, before it is made.</summary>
    /// <exception cref="ExpressionException">Too few steps are left.</exception>
    public void ChargeText(double length) => Charge((long)Math.Min(length / CharactersPerStep, long.MaxValue / 2) + 1);

    public void Push(string name, object? value) => _variables.Push((name, value));

    public void Pop(int count)
    {
        for (var i = 0; i < count; i++) _variables.Pop();
    }

    /// <exception cref="ExpressionException">There is no such variable.</exception>
    public object? Variable(string name)
    {
        foreach (var variable in _variables)
        {
            if (variable.Name == name) return variable.Value;
        }

        throw new ExpressionException($"There is no variable {name}.");
    }
}
