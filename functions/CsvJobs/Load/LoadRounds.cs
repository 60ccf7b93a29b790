using Npgsql;

namespace Serverless.CsvJobs.Load;

/// <summary>
/// Records that a table refused when all were loaded. They leave the tables of their ranges and are listed as refused in one transaction,
/// with a line for the commit that found them: from then on it is known that the ranges are to be read once more without them.
/// </summary>
internal static class LoadRounds
{
    /// <summary>Counts the records that a commit has found before; 0 for none.</summary>
    public static async Task<long> CountAsync(NpgsqlConnection connection, LoadPlan plan, int round, CancellationToken cancellationToken)
    {
        var rounds = NameRounds(plan);
        return await connection.ReadScalarAsync<bool>("SELECT to_regclass($1) IS NOT NULL", cancellationToken, rounds.Sql)
            ? await connection.ReadScalarAsync<long>(
                $"SELECT coalesce(sum(rows), 0)::bigint FROM {rounds.Sql} WHERE round = $1", cancellationToken, round)
            : 0;
    }

    /// <summary>Notes what a commit has found. Part of a transaction that nobody else has for this load.</summary>
    /// <exception cref="CsvJobException">The tables of the ranges are not as they were.</exception>
    public static async Task NoteAsync(
        NpgsqlConnection connection, LoadPlan plan, int round, IReadOnlyList<FoundRefusal> found, CancellationToken cancellationToken)
    {
        await connection.ExecuteAsync(
            $"CREATE TABLE IF NOT EXISTS {NameRounds(plan).Sql} (round int PRIMARY KEY, rows bigint NOT NULL)", cancellationToken);
        await connection.ExecuteAsync(
            $"INSERT INTO {NameRounds(plan).Sql} VALUES ($1, $2)", cancellationToken, round, (long)found.Count);
        foreach (var range in found.GroupBy(f => f.Range, f => f.Row))
        {
            await LoadTables.RefuseAsync(connection, plan, range.Key, [.. range], cancellationToken);
            var deleted = await connection.ExecuteAsync(
                $"DELETE FROM {LoadTables.OfRange(plan, range.Key).Sql} WHERE {LoadPlan.RowColumn} = ANY ($1)", cancellationToken,
                range.Select(r => r.Row).ToArray());
            if (deleted != range.Count())
                throw new CsvJobException($"{range.Count()} rows were to be taken back and {deleted} were found: tables were changed.");
        }
    }

    private static QualifiedName NameRounds(LoadPlan plan) => plan.Target.WithName(plan.Prefix + "rounds");
}

/// <summary>A record that was found to be refused.</summary>
/// <param name="Range">Its range.</param>
/// <param name="Row">The record.</param>
internal sealed record FoundRefusal(LoadedRange Range, RefusedRow Row);
