using System.Globalization;
using Npgsql;

namespace Serverless.CsvJobs.Load;

/// <summary>
/// Loads rows in the order of their numbers, and divides what the table refuses until single rows are left, which stay away. All of it is
/// done within the database: with a statement a row it would be the way there and back that takes the time.
/// </summary>
/// <param name="connection">The connection, in a transaction.</param>
/// <param name="plan">The load.</param>
internal sealed class RowDivider(NpgsqlConnection connection, LoadPlan plan)
{
    // A refused row costs what stands with it in its block, and each block costs a savepoint.
    private const int BlockRows = 128;
    private const int Growth = 4;

    // Blocks are read by their index, from their first row on: other plans read all rows first.
    private const string InOrder = "SET LOCAL enable_seqscan = off; SET LOCAL enable_bitmapscan = off; SET LOCAL jit = off";
    private const string AsBefore = "SET LOCAL enable_seqscan TO DEFAULT; SET LOCAL enable_bitmapscan TO DEFAULT";

    private readonly QualifiedName _faults = plan.Target.WithName(plan.Prefix + "faults");

    /// <summary>Loads them.</summary>
    /// <param name="source">The rows.</param>
    /// <param name="max">How many may be refused; with more the search ends.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>Those that are refused, in their order; one more than may be where there are too many.</returns>
    /// <exception cref="PostgresException">The database refuses something that no row can be blamed for.</exception>
    public async Task<IReadOnlyList<RowFault>> SeparateAsync(RowSource source, long max, CancellationToken cancellationToken)
    {
        if (!source.HasIndex)
            await connection.ExecuteAsync($"CREATE INDEX ON {source.Table.Sql} ({source.Number})", cancellationToken);
        await connection.ExecuteAsync(InOrder, cancellationToken);
        await connection.ExecuteAsync(
            $"""
            CREATE TABLE IF NOT EXISTS {_faults.Sql}
                (number bigint, state text, message text, detail text, schema text, "table" text, "column" text, "constraint" text,
                 context text)
            """,
            cancellationToken);
        var (low, high) = await ReadBoundsAsync(source, cancellationToken);
        await connection.ExecuteAsync($"DO {QualifiedName.QuoteText(Compose(source, low, high, max))}", cancellationToken);
        var faults = await TakeFaultsAsync(cancellationToken);
        await connection.ExecuteAsync(AsBefore, cancellationToken);
        return faults;
    }

    private async Task<(long Low, long High)> ReadBoundsAsync(RowSource source, CancellationToken cancellationToken)
    {
        await using var find = connection.CreateStatement(
            $"SELECT coalesce(min({source.Number}), 1), coalesce(max({source.Number}), 0) FROM {source.Table.Sql} WHERE {source.Filter}");
        await using var reader = await find.ExecuteReaderAsync(cancellationToken);
        await reader.ReadAsync(cancellationToken);
        return (reader.GetInt64(0), reader.GetInt64(1));
    }

    // What is refused for the state of the system, not for a row, ends the search. A savepoint is what a block with EXCEPTION has.
    private string Compose(RowSource source, long low, long high, long max) => string.Create(
        CultureInfo.InvariantCulture,
        $"""
        #variable_conflict use_column
        DECLARE
          serverless_low bigint := {low};
          serverless_end bigint;
          serverless_size bigint := {BlockRows};
          serverless_faults bigint := 0;
          serverless_state text; serverless_message text; serverless_detail text; serverless_schema text; serverless_table text;
          serverless_column text; serverless_constraint text; serverless_context text;
        BEGIN
          WHILE serverless_low <= {high} AND serverless_faults <= {max} LOOP
            serverless_end := least(serverless_low + serverless_size - 1, {high});
            BEGIN
              {LoadInserts.Compose(plan, source.Compose($"{source.Number} BETWEEN serverless_low AND serverless_end"))};
              serverless_low := serverless_end + 1;
              serverless_size := least(serverless_size * {Growth}, {BlockRows});
            EXCEPTION WHEN OTHERS OR assert_failure THEN
              GET STACKED DIAGNOSTICS serverless_state = RETURNED_SQLSTATE, serverless_message = MESSAGE_TEXT,
                serverless_detail = PG_EXCEPTION_DETAIL, serverless_schema = SCHEMA_NAME, serverless_table = TABLE_NAME,
                serverless_column = COLUMN_NAME, serverless_constraint = CONSTRAINT_NAME, serverless_context = PG_EXCEPTION_CONTEXT;
              IF NOT ({LoadFaults.ComposeIsOfRow("serverless_state")}) THEN RAISE; END IF;
              IF serverless_end > serverless_low THEN
                serverless_size := (serverless_end - serverless_low + 1) / 2;
              ELSE
                INSERT INTO {_faults.Sql} VALUES (
                  serverless_low, serverless_state, serverless_message, serverless_detail, serverless_schema, serverless_table,
                  serverless_column, serverless_constraint, serverless_context);
                serverless_faults := serverless_faults + 1;
                serverless_low := serverless_low + 1;
              END IF;
            END;
          END LOOP;
        END
        """);

    private async Task<List<RowFault>> TakeFaultsAsync(CancellationToken cancellationToken)
    {
        var faults = new List<RowFault>();
        await using (var read = connection.CreateStatement($"SELECT * FROM {_faults.Sql} ORDER BY number"))
        await using (var reader = await read.ExecuteReaderAsync(cancellationToken))
        {
            while (await reader.ReadAsync(cancellationToken))
            {
                faults.Add(new RowFault(
                    reader.GetInt64(0), reader.GetString(1), reader.GetString(2), reader.GetString(3),
                    new QualifiedName(reader.GetString(4), reader.GetString(5)), reader.GetString(6), reader.GetString(7),
                    reader.GetString(8)));
            }
        }

        await connection.ExecuteAsync($"DELETE FROM {_faults.Sql}", cancellationToken);
        return faults;
    }
}

/// <summary>Rows that can be loaded in parts.</summary>
/// <param name="Table">The table that has them.</param>
/// <param name="Number">The column by which they are divided. Rows with one number are loaded together.</param>
/// <param name="Query">The beginning of their query, up to its columns: those of a range's table, and the range's place.</param>
/// <param name="Filter">The condition for those that are meant.</param>
/// <param name="HasIndex">The table has an index of that column.</param>
internal sealed record RowSource(QualifiedName Table, string Number, string Query, string Filter = "true", bool HasIndex = false)
{
    /// <summary>The rows that meet a condition, as rows to be moved.</summary>
    public string Compose(string condition) =>
        LoadInserts.ComposeRows($"{Query} FROM {Table.Sql} WHERE {Filter} AND {condition}");
}

/// <summary>The refusal of a row, as the database words it.</summary>
/// <param name="Number">The row's number.</param>
/// <param name="State">The error's code.</param>
/// <param name="Message">Its message.</param>
/// <param name="Detail">Its detail, which may quote values of any row.</param>
/// <param name="Table">The table concerned; empty names for none.</param>
/// <param name="Column">The column; empty for none.</param>
/// <param name="Constraint">The constraint; empty for none.</param>
/// <param name="Context">The functions in which it arose.</param>
internal sealed record RowFault(
    long Number, string State, string Message, string Detail, QualifiedName Table, string Column, string Constraint, string Context)
{
    /// <summary>True when it is about the row itself, and did not arise in what a trigger does.</summary>
    public bool IsDirect => Context.Split('\n')[0].Contains(LoadInserts.Rows, StringComparison.Ordinal);
}
