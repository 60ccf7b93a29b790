using Microsoft.Extensions.Logging;
using Npgsql;

namespace Serverless.CsvJobs.Load;

/// <summary>Makes loaded records visible: all of them, in one transaction, once.</summary>
internal sealed class LoadCommitter(LoadConnections connections, ILogger<LoadCommitter> logger)
{
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
            if (await new LoadTransaction(database, plan, ranges, accepted, round).RunAsync(cancellationToken) is > 0 and var refused)
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
}
