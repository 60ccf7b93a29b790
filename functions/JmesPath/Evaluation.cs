namespace Serverless.JmesPath;

/// <summary>
/// One evaluation: its data, its variables, and the steps that are left. Steps count what is visited and what is made, so that no
/// expression takes more time or memory than its budget, whatever the data; and the count is the same in every replay.
/// </summary>
internal sealed class Evaluation(object? root, long steps)
{
    private const int CharactersPerStep = 4;
    private const int CharactersReadPerStep = 64;
    private const int CharactersSearchedPerStep = 1_024;

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

    /// <summary>Charges for digits that are read as a number, and for names of members that are read from JSON.</summary>
    /// <exception cref="ExpressionException">Too few steps are left.</exception>
    public void ChargeParsed(int length) => Charge(length / CharactersPerStep);

    /// <summary>Charges for characters that are compared or hashed, before they are.</summary>
    /// <exception cref="ExpressionException">Too few steps are left.</exception>
    public void ChargeRead(double length) => Charge((long)Math.Min(length / CharactersReadPerStep, long.MaxValue / 2));

    /// <summary>Charges for a search: at worst, all of the part is compared at each character of the text.</summary>
    /// <exception cref="ExpressionException">Too few steps are left.</exception>
    public void ChargeSearch(string text, string part) =>
        Charge((long)Math.Min((double)text.Length * part.Length / CharactersSearchedPerStep, long.MaxValue / 2));

    public void Push(string name, object? value) => _variables.Push((name, value));

    public void Pop(int count)
    {
        for (var i = 0; i < count; i++) _variables.Pop();
    }

    /// <exception cref="ExpressionException">There is no such variable.</exception>
    public object? GetVariable(string name)
    {
        foreach (var variable in _variables)
        {
            if (variable.Name == name) return variable.Value;
        }

        throw new ExpressionException($"There is no variable {name}.");
    }
}
