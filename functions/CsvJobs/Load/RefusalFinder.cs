using System.Globalization;
using Npgsql;

namespace Serverless.CsvJobs.Load;

/// <summary>
/// Finds the rows that keep a load from being committed: loads all of them in the order of the commit, and halves what the table refuses
/// until single rows are left. Of two rows that cannot be there together the later is found. Part of a transaction; the caller takes back
/// what it has loaded.
/// </summary>
internal sealed class RefusalFinder(NpgsqlConnection connection, LoadPlan plan, TargetTable table)
{
    /// <summary>More are not told apart: each costs as many statements as its range can be halved.</summary>
    public const int MaxRefused = 10_000;

    private const string Pass = "serverless_pass";
    private const string Part = "serverless_part";

    // Triggers are left out: they are put off because they judge rows by those that follow.
    private const string DeferrableSql = """
        SELECT n.nspname, c.conname
        FROM pg_constraint c JOIN pg_class r ON r.oid = c.conrelid JOIN pg_namespace n ON n.oid = r.relnamespace
        WHERE c.condeferrable AND c.contype IN ('p', 'u', 'x', 'f')
          AND (c.conrelid = $1::regclass OR c.conrelid IN (SELECT relid FROM pg_partition_tree($1::regclass)))
        """;

    private readonly List<FoundRefusal> _found = [];

    /// <summary>Finds them.</summary>
    /// <param name="ranges">The ranges, in the file's order.</param>
    /// <param name="cancellationToken">Ends the search.</param>
    /// <exception cref="PostgresException">The table refuses something that no row can be blamed for.</exception>
    /// <exception cref="CsvJobException">There are too many.</exception>
    public async Task<IReadOnlyList<FoundRefusal>> FindAsync(IReadOnlyList<LoadedRange> ranges, CancellationToken cancellationToken)
    {
        var deferrable = await ReadDeferrableAsync(cancellationToken);
        var immediate = new HashSet<QualifiedName>();
        while (true)
        {
            _found.Clear();
            await connection.ExecuteAsync($"SAVEPOINT {Pass}", cancellationToken);
            if (immediate.Count > 0)
            {
                await connection.ExecuteAsync(
                    $"SET CONSTRAINTS {string.Join(", ", immediate.Select(c => c.Sql))} IMMEDIATE", cancellationToken);
            }

            await LoadAsync(ranges, cancellationToken);
            try
            {
                // As the end of the transaction would.
                await connection.ExecuteAsync("SET CONSTRAINTS ALL IMMEDIATE", cancellationToken);
                return _found;
            }
            catch (PostgresException e) when (NameOf(e) is { } name && deferrable.Contains(name) && immediate.Add(name))
            {
                // Once more, and this one is to speak as soon as a row is there.
                await connection.ExecuteAsync($"ROLLBACK TO SAVEPOINT {Pass}", cancellationToken);
            }
        }
    }

    private static QualifiedName? NameOf(PostgresException e) =>
        e is { SchemaName: { } schema, ConstraintName: { } name } ? new QualifiedName(schema, name) : null;

    private async Task<HashSet<QualifiedName>> ReadDeferrableAsync(CancellationToken cancellationToken)
    {
        var names = new HashSet<QualifiedName>();
        await using var find = connection.CreateStatement(DeferrableSql, plan.Target.Sql);
        await using var reader = await find.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken)) names.Add(new QualifiedName(reader.GetString(0), reader.GetString(1)));
        return names;
    }

    private async Task LoadAsync(IReadOnlyList<LoadedRange> ranges, CancellationToken cancellationToken)
    {
        if (plan.Mode == LoadMode.Replace) await connection.ExecuteAsync($"DELETE FROM {plan.Target.Sql}", cancellationToken);
        var ownKeys = table.Constraints.Where(c => c.IsOwnKey(plan.Columns)).ToList();
        if (ownKeys.Count > 0 && ranges.Count > 0)
        {
            await LoadOrderedAsync(ownKeys, ranges, cancellationToken);
            return;
        }

        foreach (var range in ranges)
        {
            var name = LoadTables.OfRange(plan, range);
            var source = new RowSource(name, LoadPlan.RowColumn, $"SELECT 0 AS {LoadPlan.RangeColumn}, * FROM {name.Sql}");
            foreach (var (row, fault) in await LoadAsync(source, long.MaxValue, cancellationToken))
                _found.Add(new FoundRefusal(range, LoadFaults.Refuse(row, table, fault)));
        }
    }

    private async Task LoadOrderedAsync(
        List<TargetConstraint> ownKeys, IReadOnlyList<LoadedRange> ranges, CancellationToken cancellationToken)
    {
        if (ownKeys is not [var key])
        {
            // With several there is no order in which rows could be told apart.
            await connection.ExecuteAsync(LoadInserts.Compose(plan, LoadInserts.ComposeRows(plan, ranges)), cancellationToken);
            return;
        }

        var rows = await OrderedRows.CreateAsync(connection, plan, key, ranges, cancellationToken);
        var source = new RowSource(rows.Table, OrderedRows.PlaceColumn, $"SELECT * FROM {rows.Table.Sql}");
        foreach (var (place, fault) in await LoadAsync(source, rows.Ordered, cancellationToken))
        {
            var (range, row) = await rows.FindAsync(connection, place, cancellationToken);
            _found.Add(new FoundRefusal(ranges[range], LoadFaults.Refuse(row, table, fault)));
        }

        // Rows that refer to one another in a circle are there together or not at all.
        await connection.ExecuteAsync(LoadInserts.Compose(plan, rows.ComposeCircles()), cancellationToken);
    }

    // Answers the numbers of the rows that are refused.
    private async Task<List<(long Number, PostgresException Fault)>> LoadAsync(
        RowSource source, long last, CancellationToken cancellationToken)
    {
        var refused = new List<(long Number, PostgresException Fault)>();
        if (await TryAsync(source, 0, last, cancellationToken) is not { } first) return refused;

        // What is halved again and again is looked for by its number.
        await connection.ExecuteAsync($"CREATE INDEX ON {source.Table.Sql} ({source.Number})", cancellationToken);
        var (low, high) = (await BoundAsync("min"), await BoundAsync("max"));
        var open = new Stack<(long Low, long High)>();
        Divide(low, high, first);
        while (open.TryPop(out var part))
        {
            if (await TryAsync(source, part.Low, part.High, cancellationToken) is { } fault) Divide(part.Low, part.High, fault);
        }

        return refused;

        Task<long> BoundAsync(string which) => connection.ReadScalarAsync<long>(
            $"SELECT {which}({source.Number}) FROM {source.Table.Sql} WHERE {source.Number} <= $1", cancellationToken, last);

        void Divide(long low, long high, PostgresException fault)
        {
            if (low == high)
            {
                if (_found.Count + refused.Count == MaxRefused) throw LoadFaults.FailOfMany(plan, fault);
                refused.Add((low, fault));
                return;
            }

            var middle = low + (high - low) / 2;
            open.Push((middle + 1, high));
            open.Push((low, middle));
        }
    }

    // The savepoint of what goes well is released at once: they do not nest.
    private async Task<PostgresException?> TryAsync(RowSource source, long low, long high, CancellationToken cancellationToken)
    {
        var rows = LoadInserts.ComposeRows(string.Create(
            CultureInfo.InvariantCulture, $"{source.Query} WHERE {source.Number} BETWEEN {low} AND {high}"));
        try
        {
            await connection.ExecuteAsync(
                $"SAVEPOINT {Part}; {LoadInserts.Compose(plan, rows)}; RELEASE SAVEPOINT {Part}", cancellationToken);
            return null;
        }
        catch (PostgresException e) when (LoadFaults.IsOfRow(e))
        {
            await connection.ExecuteAsync($"ROLLBACK TO SAVEPOINT {Part}; RELEASE SAVEPOINT {Part}", cancellationToken);
            return e;
        }
    }

    private sealed record RowSource(QualifiedName Table, string Number, string Query);
}
