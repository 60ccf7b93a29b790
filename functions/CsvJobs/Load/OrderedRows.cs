using System.Globalization;
using Npgsql;

namespace Serverless.CsvJobs.Load;

/// <summary>
/// The rows of a load into a table that refers to itself, in a table of their own and in an order in which each comes after the one that it
/// refers to, so that any beginning of them can be loaded alone.
/// </summary>
/// <param name="Table">The table.</param>
/// <param name="Ordered">How many are in order; those behind refer to one another in circles.</param>
internal sealed record OrderedRows(QualifiedName Table, long Ordered)
{
    /// <summary>A row's place in the order, from 1.</summary>
    public const string PlaceColumn = "serverless_place";

    /// <summary>Makes the table.</summary>
    public static async Task<OrderedRows> CreateAsync(
        NpgsqlConnection connection, LoadPlan plan, TargetConstraint key, IReadOnlyList<LoadedRange> ranges,
        CancellationToken cancellationToken)
    {
        var name = plan.Target.WithName(plan.Prefix + "ordered");
        var all = LoadInserts.ComposeRows(plan, ranges);
        await connection.ExecuteAsync(
            $"CREATE TABLE {name.Sql} AS {Compose(plan, key, all)}",
            cancellationToken);
        var ordered = await connection.ReadScalarAsync<long>(
            $"SELECT coalesce(max({PlaceColumn}), 0) FROM {name.Sql} WHERE serverless_level IS NOT NULL", cancellationToken);
        return new OrderedRows(name, ordered);
    }

    /// <summary>The rows in circles.</summary>
    public string ComposeCircles() => LoadInserts.ComposeRows(string.Create(
        CultureInfo.InvariantCulture, $"SELECT * FROM {Table.Sql} WHERE {PlaceColumn} > {Ordered}"));

    /// <summary>Finds the place of a row's range, and its number there.</summary>
    public async Task<(int Range, long Row)> FindAsync(NpgsqlConnection connection, long place, CancellationToken cancellationToken)
    {
        await using var find = connection.CreateStatement(
            $"SELECT {LoadPlan.RangeColumn}, {LoadPlan.RowColumn} FROM {Table.Sql} WHERE {PlaceColumn} = $1", place);
        await using var reader = await find.ExecuteReaderAsync(cancellationToken);
        await reader.ReadAsync(cancellationToken);
        return (reader.GetInt32(0), reader.GetInt64(1));
    }

    // Of several rows with one key the first is the one that others refer to: the later are not loaded.
    private static string Compose(LoadPlan plan, TargetConstraint key, string all)
    {
        const string Place = $"{LoadPlan.RangeColumn}, {LoadPlan.RowColumn}";
        var referenced = key.OtherColumns.Select(c => Value("p", c)).ToList();
        var own = key.Columns.Select(c => Value("c", c));
        var same = string.Join(" AND ", referenced.Zip(own).Select(p => $"{p.First} = {p.Second}"));
        var values = string.Join(", ", referenced);
        return $"""
            WITH RECURSIVE serverless_all AS MATERIALIZED (SELECT * FROM {all}),
              serverless_first AS (
                SELECT DISTINCT ON ({values}) p.* FROM serverless_all p
                ORDER BY {values}, p.{LoadPlan.RangeColumn}, p.{LoadPlan.RowColumn}),
              serverless_links AS MATERIALIZED (
                SELECT c.{LoadPlan.RangeColumn}, c.{LoadPlan.RowColumn},
                    p.{LoadPlan.RangeColumn} AS other_range, p.{LoadPlan.RowColumn} AS other_row
                FROM serverless_all c LEFT JOIN serverless_first p ON {same}
                  AND (p.{LoadPlan.RangeColumn}, p.{LoadPlan.RowColumn}) <> (c.{LoadPlan.RangeColumn}, c.{LoadPlan.RowColumn})),
              serverless_levels AS (
                SELECT {Place}, 0 AS serverless_level FROM serverless_links WHERE other_row IS NULL
                UNION ALL
                SELECT c.{LoadPlan.RangeColumn}, c.{LoadPlan.RowColumn}, l.serverless_level + 1
                FROM serverless_levels l JOIN serverless_links c
                  ON c.other_range = l.{LoadPlan.RangeColumn} AND c.other_row = l.{LoadPlan.RowColumn})
            SELECT row_number() OVER (ORDER BY serverless_level NULLS LAST, {Place}) AS {PlaceColumn}, serverless_level, serverless_all.*
            FROM serverless_all LEFT JOIN serverless_levels USING ({Place})
            """;

        string Value(string row, string column) =>
            $"{row}.{QualifiedName.Quote(column)}{plan.Columns.First(c => c.Name == column).Cast}";
    }
}
