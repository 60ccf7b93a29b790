using Npgsql;

namespace Serverless.CsvJobs.Load;

/// <summary>Moves the rows of ranges into the table, as the end of a load does: with a statement a range, or one for all.</summary>
/// <param name="connection">The connection, in a transaction.</param>
/// <param name="plan">The load.</param>
internal sealed class RowMover(NpgsqlConnection connection, LoadPlan plan)
{
    private const string Part = "serverless_part";

    /// <summary>Does away with what a load replaces.</summary>
    public Task ClearAsync(CancellationToken cancellationToken) => plan.Mode == LoadMode.Replace
        ? connection.ExecuteAsync($"DELETE FROM {plan.Target.Sql}", cancellationToken) : Task.CompletedTask;

    /// <summary>Moves the rows, up to a statement that the table refuses because of one of them.</summary>
    /// <param name="ranges">The ranges, in the file's order.</param>
    /// <param name="except">The rows to be left out.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="PostgresException">The database refuses something that no row can be blamed for.</exception>
    public async Task<MovedRows> MoveAsync(
        IReadOnlyList<LoadedRange> ranges, IReadOnlyList<Refusal> except, CancellationToken cancellationToken)
    {
        await ClearAsync(cancellationToken);
        var (rows, moved) = (0L, 0);
        foreach (var chunk in ranges.Chunk(plan.RefersToItself ? int.MaxValue : 1))
        {
            var left = except.Where(e => chunk.Contains(e.Range)).Select(e => (Place: Array.IndexOf(chunk, e.Range), e.Row)).ToList();
            var source = LoadInserts.ComposeRows(plan, chunk);
            if (left.Count > 0) source = LoadInserts.ComposeRest(source);
            object[] values = left.Count > 0 ? [left.Select(l => l.Place).ToArray(), left.Select(l => l.Row).ToArray()] : [];
            var counted = plan.Mode == LoadMode.Upsert
                ? await connection.ReadScalarAsync<long>($"SELECT count(*) FROM {source}", cancellationToken, values) : 0;
            try
            {
                await connection.ExecuteAsync($"SAVEPOINT {Part}", cancellationToken);
                var changed = await connection.ExecuteAsync(LoadInserts.Compose(plan, source), cancellationToken, values);
                await connection.ExecuteAsync($"RELEASE SAVEPOINT {Part}", cancellationToken);
                rows += plan.Mode == LoadMode.Upsert ? counted : changed;
                moved += chunk.Length;
            }
            catch (PostgresException e) when (LoadFaults.IsOfRow(e))
            {
                await connection.ExecuteAsync($"ROLLBACK TO SAVEPOINT {Part}; RELEASE SAVEPOINT {Part}", cancellationToken);
                return new MovedRows(rows, moved, e);
            }
        }

        return new MovedRows(rows, moved, Fault: null);
    }

    /// <summary>Tries one statement; with a fault of a row nothing is changed.</summary>
    public async Task<PostgresException?> TryAsync(string sql, CancellationToken cancellationToken)
    {
        try
        {
            await connection.ExecuteAsync($"SAVEPOINT {Part}; {sql}; RELEASE SAVEPOINT {Part}", cancellationToken);
            return null;
        }
        catch (PostgresException e) when (LoadFaults.IsOfRow(e))
        {
            await connection.ExecuteAsync($"ROLLBACK TO SAVEPOINT {Part}; RELEASE SAVEPOINT {Part}", cancellationToken);
            return e;
        }
    }
}

/// <summary>Rows that were moved.</summary>
/// <param name="Rows">How many.</param>
/// <param name="Ranges">The ranges they are from, which are the first ones.</param>
/// <param name="Fault">The refusal of what came next; null where all were moved.</param>
internal sealed record MovedRows(long Rows, int Ranges, PostgresException? Fault);
