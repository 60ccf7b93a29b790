using System.Globalization;
using Npgsql;

namespace Serverless.CsvJobs.Load;

/// <summary>
/// The rows of a load into a table that refers to itself, in a table of their own and in an order in which each comes after those that it
/// refers to, so that any beginning of them can be loaded alone. Rows that refer to one another in a circle are one unit.
/// </summary>
/// <param name="Table">The table.</param>
internal sealed record OrderedRows(QualifiedName Table)
{
    /// <summary>A row's place in the file, from 1.</summary>
    public const string PlaceColumn = "serverless_place";

    /// <summary>The place of a row's unit in the order, from 1.</summary>
    public const string UnitColumn = "serverless_unit";

    // They are put in order in memory: some 30 bytes each.
    private const int MaxReferences = 5_000_000;

    /// <summary>Makes the table.</summary>
    /// <exception cref="CsvJobException">Too many rows refer to others.</exception>
    public static async Task<OrderedRows> CreateAsync(
        NpgsqlConnection connection, LoadPlan plan, IReadOnlyList<TargetConstraint> keys, IReadOnlyList<LoadedRange> ranges,
        CancellationToken cancellationToken)
    {
        var (placed, order, name) = (Name("placed"), Name("order"), Name("ordered"));
        await connection.ExecuteAsync(
            $"""
            CREATE TABLE {placed.Sql} AS
            SELECT (row_number() OVER (ORDER BY {LoadPlan.RangeColumn}, {LoadPlan.RowColumn}))::int AS {PlaceColumn}, *
            FROM {LoadInserts.ComposeRows(plan, ranges)};
            ANALYZE {placed.Sql}
            """,
            cancellationToken);
        var links = string.Join(" UNION ", keys.Select(k => ComposeLinks(plan, k, placed)));
        var places = ReferenceOrder.Sort(await ReadLinksAsync(connection, plan, links, cancellationToken));
        await connection.ExecuteAsync($"CREATE TABLE {order.Sql} ({PlaceColumn} int, anchor int, step int)", cancellationToken);
        await using (var copy = await connection.BeginBinaryImportAsync($"COPY {order.Sql} FROM STDIN (FORMAT binary)", cancellationToken))
        {
            foreach (var (row, anchor, step) in places) await copy.WriteRowAsync(cancellationToken, row, anchor, step);
            await copy.CompleteAsync(cancellationToken);
        }

        await connection.ExecuteAsync(
            $"""
            ANALYZE {order.Sql};
            CREATE TABLE {name.Sql} AS
            SELECT dense_rank() OVER (ORDER BY coalesce(anchor, {PlaceColumn}), coalesce(step, 0)) AS {UnitColumn}, p.*
            FROM {placed.Sql} p LEFT JOIN {order.Sql} USING ({PlaceColumn}) ORDER BY 1, {PlaceColumn};
            CREATE INDEX ON {name.Sql} ({UnitColumn})
            """,
            cancellationToken);
        return new OrderedRows(name);

        QualifiedName Name(string suffix) => plan.Target.WithName(plan.Prefix + suffix);
    }

    /// <summary>Finds the rows of a unit: the place of each in the file, the place of its range, and its number there.</summary>
    public async Task<IReadOnlyList<(long Place, int Range, long Row)>> FindAsync(
        NpgsqlConnection connection, long unit, CancellationToken cancellationToken)
    {
        var rows = new List<(long Place, int Range, long Row)>();
        await using var find = connection.CreateStatement(
            $"SELECT {PlaceColumn}, {LoadPlan.RangeColumn}, {LoadPlan.RowColumn} FROM {Table.Sql} WHERE {UnitColumn} = $1 ORDER BY 1",
            unit);
        await using var reader = await find.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken)) rows.Add((reader.GetInt32(0), reader.GetInt32(1), reader.GetInt64(2)));
        return rows;
    }

    // Of several rows with one key the first is the one that others refer to: the later are not loaded.
    private static string ComposeLinks(LoadPlan plan, TargetConstraint key, QualifiedName placed)
    {
        var referenced = string.Join(", ", key.OtherColumns.Select(c => Value("p", c)));
        var same = string.Join(" AND ", key.OtherColumns.Zip(key.Columns).Select(p => $"{Value("o", p.First)} = {Value("c", p.Second)}"));
        return $"""
            SELECT c.{PlaceColumn}, o.{PlaceColumn} FROM {placed.Sql} c JOIN (
                SELECT DISTINCT ON ({referenced}) p.* FROM {placed.Sql} p ORDER BY {referenced}, p.{PlaceColumn}) o
              ON {same} AND o.{PlaceColumn} <> c.{PlaceColumn}
            """;

        string Value(string row, string column) =>
            $"{row}.{QualifiedName.Quote(column)}{plan.Columns.First(c => c.Name == column).Cast}";
    }

    private static async Task<List<(int From, int To)>> ReadLinksAsync(
        NpgsqlConnection connection, LoadPlan plan, string links, CancellationToken cancellationToken)
    {
        var read = new List<(int From, int To)>();
        await using var find = connection.CreateStatement(
            string.Create(CultureInfo.InvariantCulture, $"{links} LIMIT {MaxReferences + 1}"));
        await using var reader = await find.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken)) read.Add((reader.GetInt32(0), reader.GetInt32(1)));
        return read.Count <= MaxReferences
            ? read
            : throw new CsvJobException(
                $"The table {plan.Schema}.{plan.Table} refers to itself and refused some of the load's records. More than " +
                $"{MaxReferences} refer to others of the file, and are not put in order: with the table's keys as primaryKey, uniqueKeys " +
                "and foreignKeys in the schema the records are rejected before they are loaded.");
    }
}
