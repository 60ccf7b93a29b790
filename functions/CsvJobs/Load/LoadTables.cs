using System.Globalization;
using Npgsql;

namespace Serverless.CsvJobs.Load;

/// <summary>
/// The tables of a load: one a range, which is there when the range was loaded, one that lists the records that were
/// refused, and the list of finished loads.
/// </summary>
internal static class LoadTables
{
    /// <summary>The loads that are done, of all jobs: what makes doing one again change nothing.</summary>
    public const string Finished = "serverless_loads";

    private const int JobCharacters = 20;
    private const int MaxTables = 100_000;

    /// <summary>The beginning of the names of a job's tables.</summary>
    public static string PrefixOf(string job) =>
        "serverless_" + string.Concat(job.Where(char.IsAsciiLetterOrDigit).TakeLast(JobCharacters)).ToLowerInvariant() + "_";

    /// <summary>
    /// The table of a range. It is named by the range's end, too: a range that was loaded, given up and split has another table than the
    /// smaller one that starts where it did. Distances, because a name has 63 characters.
    /// </summary>
    public static QualifiedName OfRange(LoadPlan plan, LoadedRange range) => plan.Target.WithName(string.Create(
        CultureInfo.InvariantCulture, $"{plan.Prefix}{range.Start:x}_{range.First - range.Start:x}_{range.End - range.Start:x}"));

    /// <summary>The records that were refused.</summary>
    public static QualifiedName NameRefused(LoadPlan plan) => plan.Target.WithName(plan.Prefix + "refused");

    /// <summary>Lists records of a range as refused: when it is read again, they are refused again.</summary>
    public static Task RefuseAsync(
        NpgsqlConnection connection, LoadPlan plan, LoadedRange range, IReadOnlyCollection<RefusedRow> rows,
        CancellationToken cancellationToken) =>
        connection.ExecuteAsync(
            $"INSERT INTO {NameRefused(plan).Sql} SELECT $1, $2, $3, * FROM unnest($4, $5, $6)", cancellationToken, range.Start, range.End,
            range.First, rows.Select(r => r.Row).ToArray(), rows.Select(r => r.Field).ToArray(), rows.Select(r => r.Message).ToArray());

    /// <summary>Drops what a job has left, each table on its own: many in one transaction would need as many locks.</summary>
    public static async Task DropAsync(NpgsqlDataSource database, string schema, string job, CancellationToken cancellationToken)
    {
        var names = new List<string>();
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using (var find = connection.CreateStatement(
            "SELECT tablename FROM pg_tables WHERE schemaname = $1 AND starts_with(tablename, $2) LIMIT $3", schema, PrefixOf(job),
            MaxTables))
        {
            await using var reader = await find.ExecuteReaderAsync(cancellationToken);
            while (await reader.ReadAsync(cancellationToken)) names.Add(reader.GetString(0));
        }

        foreach (var name in names)
            await connection.ExecuteAsync($"DROP TABLE IF EXISTS {new QualifiedName(schema, name).Sql}", cancellationToken);
    }
}

/// <summary>The identity of a range and of all that it loads.</summary>
/// <param name="Start">Where it starts.</param>
/// <param name="End">Where it ends.</param>
/// <param name="First">Where its first record starts.</param>
internal sealed record LoadedRange(long Start, long End, long First);
