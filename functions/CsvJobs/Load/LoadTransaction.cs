using Npgsql;

namespace Serverless.CsvJobs.Load;

/// <summary>
/// The transaction that ends a load. Either it moves all rows into the table, or it notes which of them the table refuses, and leaves the
/// table as it was.
/// </summary>
/// <param name="database">The database.</param>
/// <param name="plan">The load.</param>
/// <param name="ranges">The ranges with accepted records, in the file's order.</param>
/// <param name="accepted">How many records they have.</param>
/// <param name="round">How many times the table has refused records before.</param>
internal sealed class LoadTransaction(
    NpgsqlDataSource database, LoadPlan plan, IReadOnlyList<LoadedRange> ranges, long accepted, int round)
{
    // More rounds would find rows that others write faster than they are looked for.
    private const int MaxRounds = 5;

    private bool MayRefuse => round < MaxRounds && !plan.IsMade;

    /// <summary>Runs it.</summary>
    /// <returns>How many records the table refuses; 0 when all are loaded.</returns>
    /// <exception cref="PostgresException">The table refuses something that no row can be blamed for.</exception>
    /// <exception cref="CsvJobException">The table cannot tell which records it refuses, or there are too many.</exception>
    public async Task<long> RunAsync(CancellationToken cancellationToken)
    {
        for (var attempt = 0; attempt < MaxRounds; attempt++)
        {
            try
            {
                if (await TryAsync(isRefused: false, cancellationToken) is { } refused) return refused;
            }
            catch (PostgresException e) when (MayRefuse && LoadFaults.IsOfRow(e))
            {
                // What is deferred spoke when the transaction ended.
                if (await TryAsync(isRefused: true, cancellationToken) is { } refused) return refused;
            }
        }

        throw new CsvJobException(
            $"The table {plan.Schema}.{plan.Table} refused the load {MaxRounds} times, and nothing was wrong when its records were " +
            "looked at: others write to the table. Start the job again.");
    }

    // Null: what was in the way has gone meanwhile.
    private async Task<long?> TryAsync(bool isRefused, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        if (!await ClaimAsync(connection, cancellationToken)) return 0;
        if (await LoadRounds.CountAsync(connection, plan, round, cancellationToken) is > 0 and var known) return known;
        await RefusalFinder.BeginAsync(connection, cancellationToken);
        int? loaded = null;
        if (!isRefused)
        {
            var moved = plan.IsMade
                ? new MovedRows(await MadeTable.ShowAsync(connection, plan, ranges, cancellationToken), ranges.Count, Fault: null)
                : await new RowMover(connection, plan).MoveAsync(ranges, [], cancellationToken);
            if (moved.Fault is null)
            {
                await EndAsync(transaction, moved.Rows, cancellationToken);
                return 0;
            }

            if (!MayRefuse) throw moved.Fault;
            loaded = moved.Ranges;
        }

        return await RefuseAsync(connection, transaction, loaded, cancellationToken);
    }

    private async Task EndAsync(NpgsqlTransaction transaction, long moved, CancellationToken cancellationToken)
    {
        if (moved != accepted)
        {
            throw new CsvJobException(
                $"{accepted} records were accepted and {moved} are in the database: its tables {plan.Prefix}* were changed meanwhile.");
        }

        await transaction.CommitAsync(cancellationToken);
    }

    // The claim of the load is held until what was found is noted, and given back with it: a second run waits, and finds it noted.
    private async Task<long?> RefuseAsync(
        NpgsqlConnection connection, NpgsqlTransaction transaction, int? loaded, CancellationToken cancellationToken)
    {
        if (await TargetTable.FindAsync(database, plan.Target, cancellationToken) is not { } table)
            throw new CsvJobException($"There is no table {plan.Schema}.{plan.Table} any more.");
        var found = await new RefusalFinder(connection, plan, table).FindAsync(ranges, loaded, accepted, cancellationToken);
        if (found.Count == 0) return null;
        await RefusalFinder.ReturnAsync(connection, cancellationToken);
        await LoadRounds.NoteAsync(connection, plan, round, found, cancellationToken);
        await connection.ExecuteAsync(
            $"DELETE FROM {plan.Target.WithName(LoadTables.Finished).Sql} WHERE job = $1", cancellationToken, plan.Job);
        await transaction.CommitAsync(cancellationToken);
        return found.Count;
    }

    // The row that says a load is done is part of its transaction: who comes second waits for the first, and finds it.
    private async Task<bool> ClaimAsync(NpgsqlConnection connection, CancellationToken cancellationToken) =>
        await connection.ExecuteAsync(
            $"INSERT INTO {plan.Target.WithName(LoadTables.Finished).Sql} (job, target, rows) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING",
            cancellationToken, plan.Job, plan.Target.Sql, accepted) == 1;
}
