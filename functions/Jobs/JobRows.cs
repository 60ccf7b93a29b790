using System.Globalization;
using System.IO.Hashing;
using System.Text;
using Azure.Data.Tables;
using Serverless.Storage;

namespace Serverless.Jobs;

/// <summary>
/// Rows of a table of jobs: each job in one of 256 partitions by its id, its place in the list by time, and the hours in which jobs may not
/// have ended.
/// </summary>
internal static class JobRows
{
    public const int MaxPage = 1_000;

    public const string Id = "Id";

    private const string EndedAt = nameof(IJobRow.EndedAt), CreatedAt = nameof(IJobRow.CreatedAt), IsEnded = "IsEnded";

    /// <summary>The jobs in the order in which they came.</summary>
    public static TimeIndex Index { get; } = new("recent");

    /// <summary>The partitions of the first form, in which all jobs shared one.</summary>
    public static IReadOnlyList<MovedPartition> Moves { get; } = [new("job", Split), new("recent", _ => [])];

    /// <summary>The hours in which jobs may not have ended.</summary>
    public static OpenHours Open(TimeProvider time) => new("open", time);

    /// <summary>The partition of a job.</summary>
    public static string PartitionOf(string id)
    {
        var shard = XxHash3.HashToUInt64(Encoding.UTF8.GetBytes(id)) % 256;
        return string.Create(CultureInfo.InvariantCulture, $"job-{shard:x2}");
    }

    /// <summary>A job's place in the list.</summary>
    public static string PlaceOf(IJobRow job) => TimeIndex.BuildRowKey(job.CreatedAt, job.RowKey);

    /// <summary>The row of a job's place.</summary>
    public static TableEntity OfIndex(string id, DateTimeOffset created, DateTimeOffset? ended)
    {
        var row = Index.CreateRow(created, id);
        (row[Id], row[IsEnded]) = (id, ended is not null);
        if (ended is { } end) row[EndedAt] = end;
        return row;
    }

    private static IEnumerable<TableEntity> Split(TableEntity row)
    {
        var created = row.GetDateTimeOffset(CreatedAt) ?? default;
        var ended = row.GetDateTimeOffset(EndedAt);
        if (ended is null) yield return Open(TimeProvider.System).RowOf(created);
        yield return OfIndex(row.RowKey, created, ended);
        yield return MovedPartition.Under(PartitionOf(row.RowKey), row);
    }
}
