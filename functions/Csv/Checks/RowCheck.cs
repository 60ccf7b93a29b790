namespace Serverless.Csv.Checks;

/// <summary>A check that each record has to meet; what depends on a missing value is met.</summary>
/// <param name="Text">As it is written.</param>
/// <param name="Columns">The columns it names, by their places.</param>
/// <param name="Condition">What is compiled of it.</param>
internal sealed record RowCheck(string Text, IReadOnlyList<int> Columns, Condition Condition)
{
    public bool IsMet => Condition.Evaluate() != Truth.False;

    /// <summary>Compiles a check.</summary>
    /// <exception cref="CheckException">It cannot be read, names a column that is not there, or types do not go together.</exception>
    public static RowCheck Compile(string text, IReadOnlyList<IColumnValue> columns)
    {
        var syntax = CheckParser.Parse(text);
        var condition = new CheckBinder(columns).Bind(syntax);
        return new RowCheck(text, [.. syntax.ListNames().Select(n => columns.Index().First(c => c.Item.Name == n).Index)], condition);
    }

    /// <summary>The columns that checks which can be read name.</summary>
    public static IEnumerable<string> ListNames(IEnumerable<string> texts) => texts.SelectMany(t => CheckParser.Parse(t).ListNames());
}
