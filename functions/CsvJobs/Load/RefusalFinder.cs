using Npgsql;

namespace Serverless.CsvJobs.Load;

/// <summary>
/// Finds the rows that keep a load from being committed: passes over all of them, with constraints and triggers that speak at the end of
/// the transaction made to speak when a row comes, as far as they have spoken. Part of a transaction; the caller takes back what is
/// done.
/// </summary>
internal sealed class RefusalFinder(NpgsqlConnection connection, LoadPlan plan, TargetTable table)
{
    /// <summary>More are not told apart.</summary>
    public const int MaxRefused = 10_000;

    private const string Begin = "serverless_search";

    // Triggers are left out: they are put off because they judge rows by those that follow.
    private const string DeferrableSql = """
        SELECT n.nspname, c.conname
        FROM pg_constraint c JOIN pg_class r ON r.oid = c.conrelid JOIN pg_namespace n ON n.oid = r.relnamespace
        WHERE c.condeferrable AND c.contype IN ('p', 'u', 'x', 'f')
          AND (c.conrelid = $1::regclass OR c.conrelid IN (SELECT relid FROM pg_partition_tree($1::regclass)))
        """;

    private readonly HashSet<QualifiedName> _immediate = [];

    /// <summary>Notes the state of the transaction, to which a search goes back.</summary>
    public static Task BeginAsync(NpgsqlConnection connection, CancellationToken cancellationToken) =>
        connection.ExecuteAsync($"SAVEPOINT {Begin}", cancellationToken);

    /// <summary>Goes back to it.</summary>
    public static Task ReturnAsync(NpgsqlConnection connection, CancellationToken cancellationToken) =>
        connection.ExecuteAsync($"ROLLBACK TO SAVEPOINT {Begin}", cancellationToken);

    /// <summary>Finds them.</summary>
    /// <param name="ranges">The ranges, in the file's order.</param>
    /// <param name="loaded">How many of them are loaded, and the next was refused as a whole; null when nothing was done.</param>
    /// <param name="accepted">How many rows there are.</param>
    /// <param name="cancellationToken">Ends the search.</param>
    /// <exception cref="PostgresException">The table refuses something that no row can be blamed for.</exception>
    /// <exception cref="CsvJobException">There are too many, or the table cannot tell which.</exception>
    public async Task<IReadOnlyList<FoundRefusal>> FindAsync(
        IReadOnlyList<LoadedRange> ranges, int? loaded, long accepted, CancellationToken cancellationToken)
    {
        var deferrable = await ReadDeferrableAsync(cancellationToken);
        var triggers = await TableTriggers.ReadAsync(connection, plan.Target, cancellationToken);
        var details = await LoadDetails.ReadAsync(connection, plan, table, cancellationToken);
        var judge = new TriggerJudge(connection, plan, triggers);
        while (true)
        {
            var found = await new RefusalPass(connection, plan, table).RunAsync(ranges, loaded, cancellationToken);
            if (found.Count > MaxRefused) throw judge.FailOfMany(found[^1].Fault);
            if (await EndAsync(deferrable, triggers, cancellationToken))
            {
                found = await judge.PickAsync(ranges, found, accepted, cancellationToken);
                return [.. found.Select(f => new FoundRefusal(f.Range, LoadFaults.Refuse(f.Row, table, details, f.Fault)))];
            }

            // Once more, and what has spoken is to speak as soon as a row is there.
            loaded = null;
            await ReturnAsync(connection, cancellationToken);
            await connection.ExecuteAsync(
                $"SET CONSTRAINTS {string.Join(", ", _immediate.Select(c => c.Sql))} IMMEDIATE", cancellationToken);
        }
    }

    // As the end of the transaction would.
    private async Task<bool> EndAsync(HashSet<QualifiedName> deferrable, TableTriggers triggers, CancellationToken cancellationToken)
    {
        try
        {
            await connection.ExecuteAsync("SET CONSTRAINTS ALL IMMEDIATE", cancellationToken);
            return true;
        }
        catch (PostgresException e) when (LoadFaults.IsOfRow(e) && Add(e, deferrable, triggers))
        {
            return false;
        }
    }

    private bool Add(PostgresException e, HashSet<QualifiedName> deferrable, TableTriggers triggers)
    {
        if (e is { SchemaName: { } schema, ConstraintName: { } name } && deferrable.Contains(new QualifiedName(schema, name)))
            return _immediate.Add(new QualifiedName(schema, name));
        var count = _immediate.Count;
        _immediate.UnionWith(triggers.Deferred.Select(t => t.Name));
        return _immediate.Count > count;
    }

    private async Task<HashSet<QualifiedName>> ReadDeferrableAsync(CancellationToken cancellationToken)
    {
        var names = new HashSet<QualifiedName>();
        await using var find = connection.CreateStatement(DeferrableSql, plan.Target.Sql);
        await using var reader = await find.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken)) names.Add(new QualifiedName(reader.GetString(0), reader.GetString(1)));
        return names;
    }
}
