using System.Globalization;

namespace Serverless.CsvJobs.Load;

/// <summary>
/// Words what a table demands of a row as conditions, so that a row which fails is refused alone and not with all others.
/// </summary>
internal static class LoadChecks
{
    // A modifier counts the four bytes of a length: https://www.postgresql.org/docs/current/catalog-pg-attribute.html (atttypmod).
    private const int ModifierHeader = 4;

    /// <summary>The rules that the rows of a load have to meet.</summary>
    public static IReadOnlyList<LoadCheck> Of(TargetTable table, IReadOnlyList<LoadColumn> columns, LoadOptions options) =>
    [
        .. columns.SelectMany(c => OfColumn(c, table.Columns.First(t => t.Name == c.Name))),
        .. table.Constraints.SelectMany(c => OfConstraint(table, c, columns, options)),
    ];

    private static IEnumerable<LoadCheck> OfColumn(LoadColumn column, TargetColumn target)
    {
        var value = $"s.{QualifiedName.Quote(column.Name)}";
        if (target.IsRequired) yield return new(column.Name, "the column takes no missing values", $"{value} IS NULL", []);
        foreach (var condition in Conditions(column, target, value))
            yield return new(column.Name, $"the value does not fit into {target.Shown}", condition, []);
    }

    private static IEnumerable<string> Conditions(LoadColumn column, TargetColumn target, string value)
    {
        switch (target.Type)
        {
            case "int2":
                yield return $"{value} NOT BETWEEN -32768 AND 32767";
                break;
            case "int4":
                yield return $"{value} NOT BETWEEN -2147483648 AND 2147483647";
                break;
            case "varchar" or "bpchar" when target.Modifier > ModifierHeader:
                yield return string.Create(CultureInfo.InvariantCulture, $"char_length({value}) > {target.Modifier - ModifierHeader}");
                break;
            case "numeric" when target.Modifier > ModifierHeader && column.Type == StagedType.Numeric:
                // Precision above, scale below; what the table would round away would be gone without a word.
                var (precision, scale) = ((target.Modifier - ModifierHeader) >> 16, (target.Modifier - ModifierHeader) & 0x7ff);
                if (scale > 1023) scale -= 2048;
                yield return string.Create(
                    CultureInfo.InvariantCulture,
                    $"({value} <> round({value}, {scale}) OR abs({value}) >= 10::numeric ^ {precision - scale})");
                break;
            case "float4":
                yield return $"(abs({value}) > 3.4028235e38 AND {value}::text NOT LIKE '%Infinity' AND {value} <> 'NaN')";
                break;
            case "uuid":
                yield return $"{value} !~* '^[0-9a-f]{{8}}-([0-9a-f]{{4}}-){{3}}[0-9a-f]{{12}}$'";
                break;
        }
    }

    private static IEnumerable<LoadCheck> OfConstraint(
        TargetTable table, TargetConstraint constraint, IReadOnlyList<LoadColumn> columns, LoadOptions options)
    {
        // The table has the last word.
        if (!constraint.IsGiven(columns)) yield break;
        var column = constraint.Columns.Length == 1 ? constraint.Columns[0] : "";
        switch (constraint.Kind)
        {
            case 'c':
                yield return new(
                    column, $"it violates the check \"{constraint.Name}\": {constraint.Condition}", $"({constraint.Condition}) IS FALSE",
                    []);
                break;
            case 'f' when constraint.Other is { } other:
                var pairs = constraint.Columns.Zip(constraint.OtherColumns);
                var given = string.Join(" AND ", constraint.Columns.Select(c => $"s.{QualifiedName.Quote(c)} IS NOT NULL"));
                var equal = string.Join(
                    " AND ", pairs.Select(p => $"o.{QualifiedName.Quote(p.Second)} = " +
                        $"s.{QualifiedName.Quote(p.First)}{Cast(columns, p.First)}"));
                yield return new(
                    column, $"{other.Schema}.{other.Name} has no such row (foreign key \"{constraint.Name}\")",
                    $"{given} AND NOT EXISTS (SELECT 1 FROM {other.Sql} o WHERE {equal})", []);
                break;
            case 'p' or 'u' when !(options.Mode == LoadMode.Upsert && constraint.Columns.ToHashSet().SetEquals(options.Key)):
                var same = string.Join(
                    " AND ", constraint.Columns.Select(c => $"t.{QualifiedName.Quote(c)} = s.{QualifiedName.Quote(c)}{Cast(columns, c)}"));
                if (options.Mode == LoadMode.Append)
                {
                    yield return new(
                        column, $"the table has a row with this key (\"{constraint.Name}\")",
                        $"EXISTS (SELECT 1 FROM {table.Name.Sql} t WHERE {same})", []);
                }

                if (options.Mode == LoadMode.Append && constraint.NullsAreAlike)
                {
                    // Apart from the rows without missing values, which an index finds at once.
                    var without = string.Join(" OR ", constraint.Columns.Select(c => $"s.{QualifiedName.Quote(c)} IS NULL"));
                    var alike = string.Join(
                        " AND ", constraint.Columns.Select(QualifiedName.Quote).Zip(constraint.Columns.Select(c => Cast(columns, c)))
                            .Select(c => $"(t.{c.First} = s.{c.First}{c.Second} OR (t.{c.First} IS NULL AND s.{c.First} IS NULL))"));
                    yield return new(
                        column, $"the table has a row with this key (\"{constraint.Name}\", in which missing values are alike)",
                        $"({without}) AND EXISTS (SELECT 1 FROM {table.Name.Sql} t WHERE {alike})", []);
                }

                yield return new(
                    column, $"an earlier record has the same key (\"{constraint.Name}\")", "", constraint.Columns, constraint.Name,
                    constraint.NullsAreAlike);
                break;
        }
    }

    private static string Cast(IReadOnlyList<LoadColumn> columns, string name) => columns.First(c => c.Name == name).Cast;
}
