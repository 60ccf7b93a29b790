using System.Globalization;
using Npgsql;

namespace Serverless.CsvJobs.Load;

/// <summary>
/// Finds the rows that keep a load from being committed: loads all of them in the order of the commit, and divides what the table refuses
/// until single rows are left. Of two rows that cannot be there together the later is found. Part of a transaction; the caller takes back
/// what it has loaded.
/// </summary>
internal sealed class RefusalFinder(NpgsqlConnection connection, LoadPlan plan, TargetTable table)
{
    /// <summary>More are not told apart: each costs three statements, or as many as its range can be halved.</summary>
    public const int MaxRefused = 10_000;

    private const string Pass = "serverless_pass";
    private const string Part = "serverless_part";

    // Parts are read by their index, from their first row on: a statement often ends after few of them, and other plans read all first.
    private const string InOrder = "SET LOCAL enable_seqscan = off; SET LOCAL enable_bitmapscan = off; SET LOCAL jit = off";

    // Triggers are left out: they are put off because they judge rows by those that follow.
    private const string DeferrableSql = """
        SELECT n.nspname, c.conname
        FROM pg_constraint c JOIN pg_class r ON r.oid = c.conrelid JOIN pg_namespace n ON n.oid = r.relnamespace
        WHERE c.condeferrable AND c.contype IN ('p', 'u', 'x', 'f')
          AND (c.conrelid = $1::regclass OR c.conrelid IN (SELECT relid FROM pg_partition_tree($1::regclass)))
        """;

    private readonly List<FoundRefusal> _found = [];

    // Takes the number of each row before it is loaded. No savepoint brings an old one back: it tells how far a statement came.
    private readonly QualifiedName _reached = plan.Target.WithName(plan.Prefix + "reached");

    /// <summary>Finds them.</summary>
    /// <param name="ranges">The ranges, in the file's order.</param>
    /// <param name="cancellationToken">Ends the search.</param>
    /// <exception cref="PostgresException">The table refuses something that no row can be blamed for.</exception>
    /// <exception cref="CsvJobException">There are too many.</exception>
    public async Task<IReadOnlyList<FoundRefusal>> FindAsync(IReadOnlyList<LoadedRange> ranges, CancellationToken cancellationToken)
    {
        var deferrable = await ReadDeferrableAsync(cancellationToken);
        var immediate = new HashSet<QualifiedName>();
        await connection.ExecuteAsync(InOrder, cancellationToken);
        await connection.ExecuteAsync($"CREATE SEQUENCE {_reached.Sql} MINVALUE 0", cancellationToken);
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
            var source = new RowSource(name, LoadPlan.RowColumn, $"SELECT 0 AS {LoadPlan.RangeColumn}, *");
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
        var source = new RowSource(rows.Table, OrderedRows.PlaceColumn, "SELECT *");
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

        // What is divided again and again is looked for by its number.
        await connection.ExecuteAsync($"CREATE INDEX ON {source.Table.Sql} ({source.Number})", cancellationToken);
        var (low, high) = (await BoundAsync("min"), await BoundAsync("max"));
        var open = new Stack<(long Low, long High)>();
        Divide(low, high, first);
        while (open.TryPop(out var part))
        {
            if (await TryAsync(source, part.Low, part.High, cancellationToken) is { } failure) Divide(part.Low, part.High, failure);
        }

        return refused;

        Task<long> BoundAsync(string which) => connection.ReadScalarAsync<long>(
            $"SELECT {which}({source.Number}) FROM {source.Table.Sql} WHERE {source.Number} <= $1", cancellationToken, last);

        void Divide(long low, long high, Failure failure)
        {
            if (low == high)
            {
                if (_found.Count + refused.Count == MaxRefused) throw LoadFaults.FailOfMany(plan, failure.Fault);
                refused.Add((low, failure.Fault));
                return;
            }

            // Most faults are those of the row that was reached. Foreign keys and triggers speak when all rows of a statement are there.
            var (from, to) = failure.Reached >= low && failure.Reached < high
                ? (failure.Reached, failure.Reached) : (low + (high - low) / 2 + 1, high);
            if (to < high) open.Push((to + 1, high));
            open.Push((from, to));
            if (from > low) open.Push((low, from - 1));
        }
    }

    // The savepoint of what goes well is released at once: they do not nest.
    private async Task<Failure?> TryAsync(RowSource source, long low, long high, CancellationToken cancellationToken)
    {
        var rows = LoadInserts.ComposeRows(string.Create(
            CultureInfo.InvariantCulture,
            $"{source.Query}, setval({_reached.Literal}, {source.Number}) FROM {source.Table.Sql} " +
            $"WHERE {source.Number} BETWEEN {low} AND {high}"));
        try
        {
            await connection.ExecuteAsync(
                $"SAVEPOINT {Part}; {LoadInserts.Compose(plan, rows)}; RELEASE SAVEPOINT {Part}", cancellationToken);
            return null;
        }
        catch (PostgresException e) when (LoadFaults.IsOfRow(e))
        {
            await connection.ExecuteAsync($"ROLLBACK TO SAVEPOINT {Part}; RELEASE SAVEPOINT {Part}", cancellationToken);
            return new Failure(
                e, await connection.ReadScalarAsync<long>($"SELECT last_value FROM {_reached.Sql}", cancellationToken));
        }
    }

    private sealed record RowSource(QualifiedName Table, string Number, string Query);

    private sealed record Failure(PostgresException Fault, long Reached);
}
