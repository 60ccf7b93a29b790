using System.Globalization;
using System.IO.Hashing;
using System.Text;
using System.Text.Json;
using Azure.Data.Tables;
using Microsoft.Extensions.DependencyInjection;
using Serverless.Storage;

namespace Serverless.Jobs;

/// <summary>
/// The times that jobs took, for the planning of the next ones: rows for each kind of work, among which jobs are spread by their ids, so
/// that many that end at once do not wait for each other. A row holds its newest measurements; the newest of all of them count. Look a
/// speed up in an activity and make it part of the plan, so that a job stays the same however often it is replayed.
/// </summary>
internal sealed class MeasuredSpeeds([FromKeyedServices(MeasuredSpeeds.TableName)] LazyTable table, TimeProvider time)
{
    /// <summary>The table's name.</summary>
    public const string TableName = "MeasuredSpeeds";

    /// <summary>The number of measurements of a kind that count.</summary>
    public const int Kept = 32;

    /// <summary>The rows of a kind.</summary>
    public const int Rows = 16;

    private const string Column = "Measurements";

    /// <summary>The form of its keys: the first had one row a kind.</summary>
    public static readonly TableForm Form = new(
        TableName, 2, [new("speed", row => [new TableEntity(row) { PartitionKey = row.RowKey, RowKey = RowOf("") }])]);

    /// <summary>
    /// Notes what a job took; a job that is noted again replaces its note. What took no time, or did nothing, is left out.
    /// </summary>
    /// <param name="kind">The kind of work, a name from the code such as <c>email</c>.</param>
    /// <param name="job">The job's id.</param>
    /// <param name="items">How many items it worked through.</param>
    /// <param name="busy">How long its workers worked, added up over all of them.</param>
    /// <param name="like">What makes jobs of the kind comparable, such as their schema's hash; null when all are.</param>
    /// <param name="cancellationToken">Cancels it.</param>
    public async Task RecordAsync(
        string kind, string job, long items, TimeSpan busy, string? like = null, CancellationToken cancellationToken = default)
    {
        if (items <= 0 || busy <= TimeSpan.Zero) return;
        var client = await table.GetAsync(cancellationToken);
        await client.ChangeAsync<TableEntity>(
            kind, RowOf(job),
            row =>
            {
                row ??= new TableEntity(kind, RowOf(job));
                var others = Read(row).Where(m => m.Job != job);
                var measurement = new Measurement(job, like, items, busy.TotalSeconds, time.GetUtcNow());
                Measurement[] newest = [.. others.TakeLast(Kept - 1), measurement];
                row[Column] = JsonSerializer.Serialize(newest);
                return row;
            },
            cancellationToken);
    }

    /// <summary>The median of what was measured; null when nothing was.</summary>
    /// <param name="kind">The kind of work.</param>
    /// <param name="like">Of comparable jobs only, if there were any; else of all of the kind.</param>
    /// <param name="cancellationToken">Cancels it.</param>
    public async Task<Speed?> FindAsync(string kind, string? like = null, CancellationToken cancellationToken = default)
    {
        var client = await table.GetAsync(cancellationToken);
        var measured = new List<Measurement>();
        var filter = TableClient.CreateQueryFilter($"PartitionKey eq {kind}");
        await foreach (var row in client.QueryAsync<TableEntity>(filter, cancellationToken: cancellationToken))
            measured.AddRange(Read(row));
        var all = measured.OrderBy(m => m.At).TakeLast(Kept).ToList();
        var comparable = all.Where(m => like is not null && m.Like == like).ToList();
        return Median(comparable.Count > 0 ? comparable : all);
    }

    private static List<Measurement> Read(TableEntity row) =>
        row.GetString(Column) is { } json ? JsonSerializer.Deserialize<List<Measurement>>(json) ?? [] : [];

    private static Speed? Median(List<Measurement> measurements)
    {
        if (measurements.Count == 0) return null;
        var speeds = measurements.Select(m => m.Items / m.Seconds).Order().ToList();
        return new Speed((speeds[(speeds.Count - 1) / 2] + speeds[speeds.Count / 2]) / 2);
    }

    private static string RowOf(string job) =>
        (XxHash3.HashToUInt64(Encoding.UTF8.GetBytes(job)) % Rows).ToString("x", CultureInfo.InvariantCulture);

    private sealed record Measurement(string Job, string? Like, long Items, double Seconds, DateTimeOffset At = default);
}
