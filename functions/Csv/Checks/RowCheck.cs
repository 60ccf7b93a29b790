namespace Serverless.Csv.Checks;

/// <summary>A check that each record has to meet; what depends on a missing value is met.</summary>
/// <param name="Check">The check as the schema has it.</param>
/// <param name="Columns">The columns it names, by their places.</param>
/// <param name="Condition">Its condition on these columns.</param>
internal sealed record RowCheck(TableCheck Check, IReadOnlyList<int> Columns, Condition Condition)
{
    public bool IsMet => Condition.Evaluate() != Truth.False;

    /// <summary>Binds a check to columns.</summary>
    /// <exception cref="CheckException">It names a column that is not there, or types do not go together.</exception>
    public static RowCheck Bind(TableCheck check, IReadOnlyList<IColumnValue> columns)
    {
        var condition = new CheckBinder(columns).Bind(check.Syntax);
        return new RowCheck(
            check, [.. check.Syntax.ListNames().Select(n => columns.Index().First(c => c.Item.Name == n).Index)], condition);
    }
}
