using System.Globalization;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Serverless.CsvJobs.Load;

/// <summary>Makes loaded records visible: all of them, in one transaction, once.</summary>
internal sealed class LoadCommitter(LoadConnections connections, ILogger<LoadCommitter> logger)
{
    /// <summary>Moves the rows of the ranges that are proven into the table.</summary>
    /// <param name="plan">The load.</param>
    /// <param name="ranges">The ranges with accepted records, in the file's order.</param>
    /// <param name="accepted">How many records they have.</param>
    /// <param name="cancellationToken">Ends the transaction without a trace.</param>
    /// <exception cref="CsvJobException">The table refuses them; it is as it was.</exception>
    internal async Task CommitAsync(
        LoadPlan plan, IReadOnlyList<LoadedRange> ranges, long accepted, CancellationToken cancellationToken)
    {
        var database = connections.Open(plan.Connection);
        try
        {
            await MoveAsync(database, plan, ranges, accepted, cancellationToken);
        }
        catch (PostgresException e) when (!e.IsTransient)
        {
            throw new CsvJobException(
                $"The table {plan.Schema}.{plan.Table} refused the load: {e.MessageText}.{Advice(plan, e)}", e);
        }

        await LoadTables.DropAsync(database, plan.Schema, plan.Job, cancellationToken);
    }

    /// <summary>True when the load is visible.</summary>
    internal async Task<bool> IsDoneAsync(LoadPlan plan, CancellationToken cancellationToken)
    {
        await using var connection = await connections.Open(plan.Connection).OpenConnectionAsync(cancellationToken);
        return await connection.ReadScalarAsync<bool>(
            $"SELECT EXISTS (SELECT 1 FROM {plan.Target.WithName(LoadTables.Finished).Sql} WHERE job = $1)", cancellationToken, plan.Job);
    }

    /// <summary>Drops what a job that ended otherwise has left. A database that is away keeps it.</summary>
    public async Task DropAsync(LoadPlan plan, CancellationToken cancellationToken)
    {
        try
        {
            await LoadTables.DropAsync(connections.Open(plan.Connection), plan.Schema, plan.Job, cancellationToken);
        }
        catch (NpgsqlException e)
        {
            Logs.LoadNotDropped(logger, plan.Job, e);
        }
    }

    private static async Task MoveAsync(
        NpgsqlDataSource database, LoadPlan plan, IReadOnlyList<LoadedRange> ranges, long accepted,
        CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        if (!await ClaimAsync(connection, plan, accepted, cancellationToken)) return;
        var moved = plan.IsMade
            ? await MadeTable.ShowAsync(connection, plan, ranges, cancellationToken)
            : await InsertAsync(connection, plan, ranges, cancellationToken);
        if (moved != accepted)
        {
            throw new CsvJobException(
                $"{accepted} records were accepted and {moved} are in the database: its tables {plan.Prefix}* were changed meanwhile.");
        }

        await transaction.CommitAsync(cancellationToken);
    }

    private static async Task<long> InsertAsync(
        NpgsqlConnection connection, LoadPlan plan, IReadOnlyList<LoadedRange> ranges, CancellationToken cancellationToken)
    {
        if (plan.Mode == LoadMode.Replace) await connection.ExecuteAsync($"DELETE FROM {plan.Target.Sql}", cancellationToken);
        var moved = 0L;
        foreach (var chunk in ranges.Chunk(plan.RefersToItself ? int.MaxValue : 1))
        {
            var rows = Unite(plan, chunk);
            if (plan.Mode == LoadMode.Upsert)
            {
                moved += await connection.ReadScalarAsync<long>($"SELECT count(*) FROM {rows}", cancellationToken);
                await connection.ExecuteAsync(Upsert(plan, rows), cancellationToken);
            }
            else
            {
                moved += await connection.ExecuteAsync(Insert(plan, rows, ""), cancellationToken);
            }
        }

        return moved;
    }

    private static string Unite(LoadPlan plan, IEnumerable<LoadedRange> ranges)
    {
        var tables = ranges.Select((r, n) => string.Create(
            CultureInfo.InvariantCulture, $"SELECT {n} AS {LoadPlan.RangeColumn}, * FROM {LoadTables.OfRange(plan, r).Sql}"));
        return $"({string.Join(" UNION ALL ", tables)}) serverless_rows";
    }

    // The row that says a load is done is part of its transaction: who comes second waits for the first, and finds it.
    private static async Task<bool> ClaimAsync(
        NpgsqlConnection connection, LoadPlan plan, long accepted, CancellationToken cancellationToken) =>
        await connection.ExecuteAsync(
            $"INSERT INTO {plan.Target.WithName(LoadTables.Finished).Sql} (job, target, rows) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING",
            cancellationToken, plan.Job, plan.Target.Sql, accepted) == 1;

    // A range's own table shows what repeats a key within it; over all ranges the job's search for duplicates does, which only the schema
    // asks for, since it costs a second read of the file.
    private static string Advice(LoadPlan plan, PostgresException e)
    {
        if (e.SqlState != PostgresErrorCodes.UniqueViolation) return "";
        var key = plan.Checks.FirstOrDefault(c => c.Repeats.Count > 0 && c.Constraint == e.ConstraintName)?.Repeats;
        var named = key is null ? "primaryKey or uniqueKeys" : $"\"primaryKey\": [{string.Join(", ", key.Select(c => $"\"{c}\""))}]";
        return $" A record repeats the key of one far before it, or of a row that came meanwhile: with {named} in the schema the " +
            $"later of two " +
            "records is rejected and the others are loaded.";
    }

    private static string Insert(LoadPlan plan, string rows, string distinct)
    {
        var names = string.Join(", ", plan.Columns.Select(c => QualifiedName.Quote(c.Name)));
        var values = string.Join(", ", plan.Columns.Select(c => QualifiedName.Quote(c.Name) + c.Cast));
        return $"INSERT INTO {plan.Target.Sql} ({names}) SELECT {distinct} {values} FROM {rows}";
    }

    // Of records with one key the last counts, as if they had been written one after the other. Those without one are all different.
    private static string Upsert(LoadPlan plan, string rows)
    {
        var key = string.Join(", ", plan.Key.Select(QualifiedName.Quote));
        var without = string.Join(" OR ", plan.Key.Select(k => $"{QualifiedName.Quote(k)} IS NULL"));
        var alike = plan.NullsAreAlike ? key : $"{key}, CASE WHEN {without} THEN ROW({LoadPlan.RangeColumn}, {LoadPlan.RowColumn}) END";
        var others = plan.Columns.Where(c => !plan.Key.Contains(c.Name)).Select(c => QualifiedName.Quote(c.Name)).ToList();
        var update = others.Count == 0 ? "NOTHING" : $"UPDATE SET {string.Join(", ", others.Select(c => $"{c} = excluded.{c}"))}";
        return $"{Insert(plan, rows, $"DISTINCT ON ({alike})")} ORDER BY {alike}, {LoadPlan.RangeColumn} DESC, {LoadPlan.RowColumn} DESC" +
            $" ON CONFLICT ({key}) DO {update}";
    }
}
