using System.Globalization;

namespace Serverless.CsvJobs.Load;

/// <summary>The statements that move rows from the tables of ranges into the target.</summary>
internal static class LoadInserts
{
    /// <summary>The name that the rows have in a statement.</summary>
    public const string Rows = "serverless_rows";

    /// <summary>Rows of some ranges, in their order.</summary>
    public static string ComposeRows(LoadPlan plan, IEnumerable<LoadedRange> ranges) => ComposeRows(string.Join(
        " UNION ALL ", ranges.Select((r, n) => string.Create(
            CultureInfo.InvariantCulture, $"SELECT {n} AS {LoadPlan.RangeColumn}, * FROM {LoadTables.OfRange(plan, r).Sql}"))));

    /// <summary>The rows of a query, which has the columns of a range's table and the range's place, as rows to be moved.</summary>
    public static string ComposeRows(string query) => $"({query}) {Rows}";

    /// <summary>Rows without those whose ranges' places and whose numbers are the values of the statement.</summary>
    public static string ComposeRest(string rows) => ComposeRows(
        $"SELECT * FROM {rows} WHERE NOT EXISTS (SELECT FROM unnest($1::int[], $2::bigint[]) serverless_left (place, number) " +
        $"WHERE place = {LoadPlan.RangeColumn} AND number = {LoadPlan.RowColumn})");

    /// <summary>Moves rows as the load's mode says.</summary>
    public static string Compose(LoadPlan plan, string rows) =>
        plan.Mode == LoadMode.Upsert ? ComposeUpsert(plan, rows) : Compose(plan, rows, "");

    private static string Compose(LoadPlan plan, string rows, string distinct)
    {
        var names = string.Join(", ", plan.Columns.Select(c => QualifiedName.Quote(c.Name)));
        var values = string.Join(", ", plan.Columns.Select(c => QualifiedName.Quote(c.Name) + c.Cast));
        return $"INSERT INTO {plan.Target.Sql} ({names}) SELECT {distinct} {values} FROM {rows}";
    }

    // Of records with one key the last counts, as if they had been written one after the other. Those without one are all different.
    private static string ComposeUpsert(LoadPlan plan, string rows)
    {
        var key = string.Join(", ", plan.Key.Select(QualifiedName.Quote));
        var same = string.Join(", ", plan.Key.Select(k => QualifiedName.Quote(k) + plan.Columns.First(c => c.Name == k).Cast));
        var without = string.Join(" OR ", plan.Key.Select(k => $"{QualifiedName.Quote(k)} IS NULL"));
        var alike = plan.NullsAreAlike ? same : $"{same}, CASE WHEN {without} THEN ROW({LoadPlan.RangeColumn}, {LoadPlan.RowColumn}) END";
        var others = plan.Columns.Where(c => !plan.Key.Contains(c.Name)).Select(c => QualifiedName.Quote(c.Name)).ToList();
        var update = others.Count == 0 ? "NOTHING" : $"UPDATE SET {string.Join(", ", others.Select(c => $"{c} = excluded.{c}"))}";
        return $"{Compose(plan, rows, $"DISTINCT ON ({alike})")} ORDER BY {alike}, {LoadPlan.RangeColumn} DESC, {LoadPlan.RowColumn} DESC" +
            $" ON CONFLICT ({key}) DO {update}";
    }
}
