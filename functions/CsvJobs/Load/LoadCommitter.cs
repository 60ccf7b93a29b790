using Microsoft.Extensions.Logging;
using Npgsql;

namespace Serverless.CsvJobs.Load;

/// <summary>Makes loaded records visible: all of them, in one transaction, once.</summary>
internal sealed class LoadCommitter(LoadConnections connections, ILogger<LoadCommitter> logger)
{
    // More rounds would find rows that others write faster than they are looked for.
    private const int MaxRounds = 5;
    private const string Search = "serverless_search";

    /// <summary>
    /// Moves the rows of the ranges that are proven into the table. Where the table refuses some of them, they are found and noted instead:
    /// the ranges refuse them when they are read again.
    /// </summary>
    /// <param name="plan">The load.</param>
    /// <param name="ranges">The ranges with accepted records, in the file's order.</param>
    /// <param name="accepted">How many records they have.</param>
    /// <param name="round">How many times the table has refused records before.</param>
    /// <param name="cancellationToken">Ends the transaction without a trace.</param>
    /// <returns>How many records the table refuses; 0 when all are loaded.</returns>
    /// <exception cref="CsvJobException">The table refuses them; it is as it was.</exception>
    internal async Task<long> CommitAsync(
        LoadPlan plan, IReadOnlyList<LoadedRange> ranges, long accepted, int round, CancellationToken cancellationToken)
    {
        var database = connections.Open(plan.Connection);
        try
        {
            if (await MoveAsync(database, plan, ranges, accepted, round, cancellationToken) is > 0 and var refused)
            {
                Logs.LoadRefused(logger, plan.Job, refused);
                return refused;
            }
        }
        catch (PostgresException e) when (!e.IsTransient)
        {
            throw LoadFaults.Fail(plan, e);
        }

        await LoadTables.DropAsync(database, plan.Schema, plan.Job, cancellationToken);
        return 0;
    }

    /// <summary>Counts the records that the commit of a round has found to be refused; 0 for none.</summary>
    internal async Task<long> CountRefusedAsync(LoadPlan plan, int round, CancellationToken cancellationToken)
    {
        await using var connection = await connections.Open(plan.Connection).OpenConnectionAsync(cancellationToken);
        return await LoadRounds.CountAsync(connection, plan, round, cancellationToken);
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

    private static async Task<long> MoveAsync(
        NpgsqlDataSource database, LoadPlan plan, IReadOnlyList<LoadedRange> ranges, long accepted, int round,
        CancellationToken cancellationToken)
    {
        try
        {
            return await TryMoveAsync(database, plan, ranges, accepted, round, cancellationToken);
        }
        catch (PostgresException e) when (round < MaxRounds && !plan.IsMade && LoadFaults.IsOfRow(e))
        {
            // None: what was in the way has gone meanwhile.
            return await RefuseAsync(database, plan, ranges, accepted, round, cancellationToken) is > 0 and var refused
                ? refused : await TryMoveAsync(database, plan, ranges, accepted, round, cancellationToken);
        }
    }

    private static async Task<long> TryMoveAsync(
        NpgsqlDataSource database, LoadPlan plan, IReadOnlyList<LoadedRange> ranges, long accepted, int round,
        CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        if (!await ClaimAsync(connection, plan, accepted, cancellationToken)) return 0;
        if (await LoadRounds.CountAsync(connection, plan, round, cancellationToken) is > 0 and var refused) return refused;
        var moved = plan.IsMade
            ? await MadeTable.ShowAsync(connection, plan, ranges, cancellationToken)
            : await InsertAsync(connection, plan, ranges, cancellationToken);
        if (moved != accepted)
        {
            throw new CsvJobException(
                $"{accepted} records were accepted and {moved} are in the database: its tables {plan.Prefix}* were changed meanwhile.");
        }

        await transaction.CommitAsync(cancellationToken);
        return 0;
    }

    // The claim of the load is held until what was found is noted, and given back with it: a second run waits, and finds it noted.
    private static async Task<long> RefuseAsync(
        NpgsqlDataSource database, LoadPlan plan, IReadOnlyList<LoadedRange> ranges, long accepted, int round,
        CancellationToken cancellationToken)
    {
        if (await TargetTable.FindAsync(database, plan.Target, cancellationToken) is not { } table) return 0;
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        if (!await ClaimAsync(connection, plan, accepted, cancellationToken)) return 0;
        if (await LoadRounds.CountAsync(connection, plan, round, cancellationToken) is > 0 and var refused) return refused;
        await transaction.SaveAsync(Search, cancellationToken);
        var found = await new RefusalFinder(connection, plan, table).FindAsync(ranges, cancellationToken);
        if (found.Count == 0) return 0;
        await transaction.RollbackAsync(Search, cancellationToken);
        await LoadRounds.NoteAsync(connection, plan, round, found, cancellationToken);
        await connection.ExecuteAsync(
            $"DELETE FROM {plan.Target.WithName(LoadTables.Finished).Sql} WHERE job = $1", cancellationToken, plan.Job);
        await transaction.CommitAsync(cancellationToken);
        return found.Count;
    }

    private static async Task<long> InsertAsync(
        NpgsqlConnection connection, LoadPlan plan, IReadOnlyList<LoadedRange> ranges, CancellationToken cancellationToken)
    {
        if (plan.Mode == LoadMode.Replace) await connection.ExecuteAsync($"DELETE FROM {plan.Target.Sql}", cancellationToken);
        var moved = 0L;
        foreach (var chunk in ranges.Chunk(plan.RefersToItself ? int.MaxValue : 1))
        {
            var rows = LoadInserts.ComposeRows(plan, chunk);
            if (plan.Mode == LoadMode.Upsert)
                moved += await connection.ReadScalarAsync<long>($"SELECT count(*) FROM {rows}", cancellationToken);
            var changed = await connection.ExecuteAsync(LoadInserts.Compose(plan, rows), cancellationToken);
            if (plan.Mode != LoadMode.Upsert) moved += changed;
        }

        return moved;
    }

    // The row that says a load is done is part of its transaction: who comes second waits for the first, and finds it.
    private static async Task<bool> ClaimAsync(
        NpgsqlConnection connection, LoadPlan plan, long accepted, CancellationToken cancellationToken) =>
        await connection.ExecuteAsync(
            $"INSERT INTO {plan.Target.WithName(LoadTables.Finished).Sql} (job, target, rows) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING",
            cancellationToken, plan.Job, plan.Target.Sql, accepted) == 1;
}
