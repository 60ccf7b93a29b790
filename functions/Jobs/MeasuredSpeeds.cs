using System.Text.Json;
using Azure.Data.Tables;
using Microsoft.Extensions.DependencyInjection;
using Serverless.Storage;

namespace Serverless.Jobs;

/// <summary>
/// The times that jobs took, for the planning of the next ones: a row for each kind of work, which holds its newest measurements. Look a
/// speed up in an activity and make it part of the plan, so that a job stays the same however often it is replayed.
/// </summary>
internal sealed class MeasuredSpeeds([FromKeyedServices(MeasuredSpeeds.TableName)] LazyTable table)
{
    /// <summary>The table's name.</summary>
    public const string TableName = "MeasuredSpeeds";

    /// <summary>The number of measurements of a kind that are kept.</summary>
    public const int Kept = 32;

    private const string Partition = "speed";
    private const string Column = "Measurements";

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
            Partition, kind,
            row =>
            {
                row ??= new TableEntity(Partition, kind);
                var others = Read(row).Where(m => m.Job != job);
                Measurement[] newest = [.. others.TakeLast(Kept - 1), new Measurement(job, like, items, busy.TotalSeconds)];
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
        if (await client.FindAsync<TableEntity>(Partition, kind, cancellationToken) is not { } row) return null;
        var all = Read(row);
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

    private sealed record Measurement(string Job, string? Like, long Items, double Seconds);
}
