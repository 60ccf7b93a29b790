namespace Serverless.CsvJobs.Load;

/// <summary>Opens what loads a range.</summary>
internal sealed class RangeLoader(LoadConnections connections)
{
    /// <summary>For one pass over a range.</summary>
    /// <param name="plan">The load.</param>
    /// <param name="start">Where the range starts.</param>
    /// <param name="end">Where it ends.</param>
    /// <param name="refused">What the passes before have found.</param>
    /// <param name="isLoaded">The range is loaded without these: nothing is sent.</param>
    internal RangeLoad Open(
        LoadPlan plan, long start, long end, IReadOnlyDictionary<long, RefusedRow> refused, bool isLoaded = false) =>
        new(connections.Open(plan.Connection), plan, start, end, refused, isLoaded);

    /// <summary>
    /// Finds what was refused when a range was loaded before, so that it need not be read in vain. Its numbers count from where its first
    /// record was taken to start; it may turn out to start elsewhere.
    /// </summary>
    /// <returns>That position; null where nothing is known, or several readings are.</returns>
    internal async Task<(long? First, Dictionary<long, RefusedRow> Rows)> FindRefusedAsync(
        LoadPlan plan, long start, long end, long? first, CancellationToken cancellationToken)
    {
        await using var find = connections.Open(plan.Connection).CreateCommand(
            $"SELECT first, row, field, message FROM {LoadTables.NameRefused(plan).Sql} WHERE start = $1 AND stop = $2");
        find.Parameters.Add(new() { Value = start });
        find.Parameters.Add(new() { Value = end });
        var known = new Dictionary<long, Dictionary<long, RefusedRow>>();
        await using var reader = await find.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            var row = new RefusedRow(reader.GetInt64(1), reader.GetString(2), reader.GetString(3));
            if (!known.TryGetValue(reader.GetInt64(0), out var rows)) known[reader.GetInt64(0)] = rows = [];
            rows[row.Row] = row;
        }

        return known.Count == 1 && known.Single() is var (from, found) && from == (first ?? from) ? (from, found) : (null, []);
    }
}
