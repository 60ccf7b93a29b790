using Npgsql;
using Serverless.Csv.Schema;

namespace Serverless.CsvJobs.Load;

/// <summary>
/// A table that a load makes. All ranges write into it under a name of the job's own, so that each row is written once; at the end it
/// gets its name. A range's rows are known by the transaction that wrote them, which the range's line in a list names.
/// </summary>
internal static class MadeTable
{
    /// <summary>
    /// No row can be refused by a table of columns alone. Its primary key is built at the end; that a record repeats it is found before
    /// only where the schema says so too.
    /// </summary>
    public static bool Fits(LoadOptions options, TableSchema schema) =>
        options.Create && options.Mode != LoadMode.Upsert
        && (options.Key.Count == 0 || options.Key.ToHashSet().SetEquals(schema.PrimaryKey));

    /// <summary>Makes it, under the job's own name for it.</summary>
    public static Task CreateAsync(
        NpgsqlConnection connection, LoadPlan plan, TableSchema schema, CancellationToken cancellationToken) =>
        connection.ExecuteAsync(
            $"""
            CREATE TABLE IF NOT EXISTS {NameRows(plan).Sql} ({string.Join(", ", schema.Fields.Select(LoadColumns.Declare))});
            CREATE TABLE IF NOT EXISTS {Ranges(plan).Sql}
                (start bigint, stop bigint, first bigint, rows bigint NOT NULL, writer bigint NOT NULL, PRIMARY KEY (start, stop, first))
            """,
            cancellationToken);

    /// <summary>The table until it has its name.</summary>
    public static QualifiedName NameRows(LoadPlan plan) => plan.Target.WithName(plan.Prefix + "rows");

    /// <summary>Looks for a range in the list.</summary>
    public static Task<bool> HasAsync(
        NpgsqlConnection connection, LoadPlan plan, LoadedRange range, CancellationToken cancellationToken) =>
        connection.ReadScalarAsync<bool>(
            $"SELECT EXISTS (SELECT FROM {Ranges(plan).Sql} WHERE start = $1 AND stop = $2 AND first = $3)", cancellationToken,
            range.Start, range.End, range.First);

    /// <summary>Lists a range in the transaction that has written its rows.</summary>
    public static Task ListAsync(
        NpgsqlConnection connection, LoadPlan plan, LoadedRange range, long rows, CancellationToken cancellationToken) =>
        connection.ExecuteAsync(
            $"INSERT INTO {Ranges(plan).Sql} VALUES ($1, $2, $3, $4, txid_current() & 4294967295)", cancellationToken, range.Start,
            range.End, range.First, rows);

    /// <summary>Deletes what was read from a wrong position, and gives the table its key and its name.</summary>
    /// <returns>How many rows it has.</returns>
    /// <exception cref="CsvJobException">Another load has made the table meanwhile, with other columns.</exception>
    public static async Task<long> ShowAsync(
        NpgsqlConnection connection, LoadPlan plan, IReadOnlyList<LoadedRange> ranges, CancellationToken cancellationToken)
    {
        // Loads of several files may make the same table at once: the first names its own, the others go into it.
        await connection.ExecuteAsync("SELECT pg_advisory_xact_lock(hashtextextended($1, 0))", cancellationToken, plan.Target.Sql);
        await DeleteOthersAsync(connection, plan, ranges, cancellationToken);
        var exists = await connection.ReadScalarAsync<bool>("SELECT to_regclass($1) IS NOT NULL", cancellationToken, plan.Target.Sql);
        if (exists) return await FillAsync(connection, plan, cancellationToken);

        await connection.ExecuteAsync(
            $"ALTER TABLE {NameRows(plan).Sql} RENAME TO {QualifiedName.Quote(plan.Table)}", cancellationToken);
        if (plan.Key.Count > 0)
        {
            await connection.ExecuteAsync(
                $"ALTER TABLE {plan.Target.Sql} ADD PRIMARY KEY ({string.Join(", ", plan.Key.Select(QualifiedName.Quote))})",
                cancellationToken);
        }

        return await CountAsync(connection, plan, cancellationToken);
    }

    private static QualifiedName Ranges(LoadPlan plan) => plan.Target.WithName(plan.Prefix + "ranges");

    private static Task<long> CountAsync(NpgsqlConnection connection, LoadPlan plan, CancellationToken cancellationToken) =>
        connection.ReadScalarAsync<long>($"SELECT coalesce(sum(rows), 0)::bigint FROM {Ranges(plan).Sql}", cancellationToken);

    private static async Task DeleteOthersAsync(
        NpgsqlConnection connection, LoadPlan plan, IReadOnlyList<LoadedRange> ranges, CancellationToken cancellationToken)
    {
        var (lost, writers) = (0L, new List<string>());
        await using (var delete = connection.CreateStatement(
            $"""
            DELETE FROM {Ranges(plan).Sql} l
            WHERE NOT EXISTS (
                SELECT FROM unnest($1, $2, $3) p(start, stop, first) WHERE p.start = l.start AND p.stop = l.stop AND p.first = l.first)
            RETURNING rows, writer::text
            """,
            ranges.Select(r => r.Start).ToArray(), ranges.Select(r => r.End).ToArray(), ranges.Select(r => r.First).ToArray()))
        {
            await using var reader = await delete.ExecuteReaderAsync(cancellationToken);
            while (await reader.ReadAsync(cancellationToken))
            {
                lost += reader.GetInt64(0);
                writers.Add(reader.GetString(1));
            }
        }

        if (lost == 0) return;

        // xmin is the transaction that wrote a row, of 32 bits: https://www.postgresql.org/docs/current/ddl-system-columns.html
        object written = writers.ToArray();
        var deleted = await connection.ExecuteAsync(
            $"DELETE FROM {NameRows(plan).Sql} WHERE xmin = ANY ($1::text[]::xid[])", cancellationToken, written);
        if (deleted != lost)
            throw new CsvJobException($"{lost} rows were to be taken back and {deleted} were found: {NameRows(plan).Name} was changed.");
    }

    private static async Task<long> FillAsync(NpgsqlConnection connection, LoadPlan plan, CancellationToken cancellationToken)
    {
        const string Shape =
            "SELECT attname, atttypid, atttypmod, attnotnull FROM pg_attribute WHERE attrelid = $1::regclass AND attnum > 0 " +
            "AND NOT attisdropped";
        var differs = await connection.ReadScalarAsync<bool>(
            $"""
            SELECT EXISTS (({Shape}) EXCEPT ({Shape.Replace("$1", "$2", StringComparison.Ordinal)}))
                OR EXISTS (({Shape.Replace("$1", "$2", StringComparison.Ordinal)}) EXCEPT ({Shape}))
            """,
            cancellationToken, NameRows(plan).Sql, plan.Target.Sql);
        if (differs)
            throw new CsvJobException($"The table {plan.Schema}.{plan.Table} was made meanwhile, with other columns: start the job again.");
        if (plan.Mode == LoadMode.Replace) await connection.ExecuteAsync($"DELETE FROM {plan.Target.Sql}", cancellationToken);
        var names = string.Join(", ", plan.Columns.Select(c => QualifiedName.Quote(c.Name)));
        return await connection.ExecuteAsync(
            $"INSERT INTO {plan.Target.Sql} ({names}) SELECT {names} FROM {NameRows(plan).Sql}", cancellationToken);
    }
}
