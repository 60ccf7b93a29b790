using System.Globalization;
using Azure;
using Azure.Data.Tables;
using Serverless.Storage;

namespace Serverless.Tasks.Store;

/// <summary>
/// When claims expire, to the hour: a row beside each claim, written with it in one transaction, so that those whose time is over are found
/// without a look at the others. A claim that is freed leaves its row, which goes when its hour is over.
/// </summary>
internal static class ClaimExpiry
{
    // Behind all claims, whose keys are hexadecimal.
    private const string Prefix = "x";
    private const string Partitions = "0123456789abcdef";

    /// <summary>All partitions of claims.</summary>
    public static IEnumerable<string> AllPartitions => Partitions.Select(p => p.ToString());

    /// <summary>The form of the table's keys: the first had no such rows.</summary>
    public static TableForm Form { get; } = new(
        TaskClaim.TableName, 2, [.. AllPartitions.Select(p => new MovedPartition(
            p, row => row.GetDateTimeOffset(TaskClaim.Expires) is { } expires ? [RowOf(row.RowKey, expires)] : [], Stays: true))]);

    /// <summary>Writes a claim; over the version that has a tag.</summary>
    /// <returns>The claim's new tag.</returns>
    /// <exception cref="RequestFailedException">409 when it is there already, 404 or 412 when it is not as it was.</exception>
    public static async Task<ETag> WriteAsync(TableClient client, TableEntity claim, ETag? tag, CancellationToken cancellationToken)
    {
        var answer = await client.SubmitTransactionAsync(
            [
                tag is { } known ? new TableTransactionAction(TableTransactionActionType.UpdateReplace, claim, known)
                    : new TableTransactionAction(TableTransactionActionType.Add, claim),
                new TableTransactionAction(
                    TableTransactionActionType.UpsertReplace, RowOf(claim.RowKey, claim.GetDateTimeOffset(TaskClaim.Expires)!.Value)),
            ],
            cancellationToken);
        return answer.Value[0].Headers.ETag!.Value;
    }

    /// <summary>The rows of hours that are over.</summary>
    public static AsyncPageable<TableEntity> ListDueAsync(
        TableClient client, string partition, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var until = Prefix + Hour(now);
        return client.QueryAsync<TableEntity>(
            TableClient.CreateQueryFilter($"PartitionKey eq {partition} and RowKey ge {Prefix} and RowKey lt {until}"), 100,
            [TaskRows.PartitionKey, TaskRows.RowKey], cancellationToken);
    }

    /// <summary>The key of the claim of a row.</summary>
    public static string ClaimOf(TableEntity row) => row.RowKey[(row.RowKey.IndexOf('-', StringComparison.Ordinal) + 1)..];

    private static TableEntity RowOf(string key, DateTimeOffset expires) =>
        new(TaskClaim.PartitionOf(key), $"{Prefix}{Hour(expires)}-{key}");

    private static string Hour(DateTimeOffset time) =>
        (time.UtcTicks / TimeSpan.TicksPerHour).ToString("D8", CultureInfo.InvariantCulture);
}
