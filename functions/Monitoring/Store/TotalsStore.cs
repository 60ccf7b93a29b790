using System.Globalization;
using System.Runtime.CompilerServices;
using Azure;
using Azure.Data.Tables;
using Microsoft.Extensions.DependencyInjection;
using Serverless.Storage;

namespace Serverless.Monitoring.Store;

/// <summary>
/// Totals by hour, task and lane: a partition an hour, in it a row for each instance, which only that instance writes. Readers add them up.
/// Once an hour is long over, its rows are folded into one for each task and lane.
/// </summary>
internal sealed class TotalsStore([FromKeyedServices(TotalsStore.TableName)] LazyTable table)
{
    /// <summary>The table's name.</summary>
    public const string TableName = "TaskTotals";

    private const string HourFormat = "yyyyMMddHH";

    // Sorts after the instances, whose names are hexadecimal.
    private const string Folded = "folded";
    private const int TransactionSize = 100;

    /// <summary>Adds or replaces rows of an hour.</summary>
    internal async Task WriteAsync(IEnumerable<TableEntity> rows, CancellationToken cancellationToken)
    {
        var client = await table.GetAsync(cancellationToken);
        foreach (var hour in rows.GroupBy(r => r.PartitionKey))
        {
            foreach (var chunk in hour.Chunk(TransactionSize))
                await client.SubmitTransactionAsync(
                    chunk.Select(r => new TableTransactionAction(TableTransactionActionType.UpsertReplace, r)), cancellationToken);
        }
    }

    /// <summary>The rows of all hours that begin in a time.</summary>
    /// <param name="from">The first moment; its hour counts as a whole.</param>
    /// <param name="to">The moment after the last.</param>
    /// <param name="task">One task only; null for all.</param>
    /// <param name="cancellationToken">Ends the read.</param>
    public async IAsyncEnumerable<TotalsRow> ReadAsync(
        DateTimeOffset from, DateTimeOffset to, string? task = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var client = await table.GetAsync(cancellationToken);
        var filter = TableClient.CreateQueryFilter(
            $"PartitionKey ge {BuildPartition(from)} and PartitionKey lt {BuildPartition(to.AddHours(1).AddTicks(-1))}");
        if (task is not null) filter += TableClient.CreateQueryFilter($" and Task eq {task}");
        await foreach (var entity in client.QueryAsync<TableEntity>(filter, cancellationToken: cancellationToken))
            yield return TotalsRow.FromEntity(entity);
    }

    /// <summary>Folds the rows of hours that are long over.</summary>
    /// <param name="before">No instance writes rows of hours before this one any more.</param>
    /// <param name="cancellationToken">Stops between two hours.</param>
    internal async Task FoldAsync(DateTimeOffset before, CancellationToken cancellationToken)
    {
        var client = await table.GetAsync(cancellationToken);
        var filter = TableClient.CreateQueryFilter($"PartitionKey lt {BuildPartition(before)} and RowKey lt {Folded}");
        var hours = new HashSet<string>(StringComparer.Ordinal);
        await foreach (var row in client.QueryAsync<TableEntity>(filter, select: ["PartitionKey"], cancellationToken: cancellationToken))
            hours.Add(row.PartitionKey);
        foreach (var hour in hours) await FoldHourAsync(client, hour, cancellationToken);
    }

    /// <summary>Deletes the hours before a time.</summary>
    internal async Task DeleteBeforeAsync(DateTimeOffset before, CancellationToken cancellationToken)
    {
        var client = await table.GetAsync(cancellationToken);
        var filter = TableClient.CreateQueryFilter($"PartitionKey lt {BuildPartition(before)}");
        await foreach (var page in client.QueryAsync<TableEntity>(
            filter, select: ["PartitionKey", "RowKey"], cancellationToken: cancellationToken).AsPages())
            await RowDeletion.DeleteAsync(client, page.Values, cancellationToken);
    }

    /// <summary>The partition of a moment.</summary>
    internal static string BuildPartition(DateTimeOffset time) => time.UtcDateTime.ToString(HourFormat, CultureInfo.InvariantCulture);

    internal static DateTimeOffset HourOf(string partition) =>
        DateTimeOffset.ParseExact(partition, HourFormat, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);

    // One task and lane after the other: its rows become one in one transaction, so that a reader counts each run once at any moment.
    private static async Task FoldHourAsync(TableClient client, string hour, CancellationToken cancellationToken)
    {
        var rows = new List<TableEntity>();
        var filter = TableClient.CreateQueryFilter($"PartitionKey eq {hour}");
        await foreach (var row in client.QueryAsync<TableEntity>(filter, cancellationToken: cancellationToken)) rows.Add(row);
        foreach (var group in rows.GroupBy(r => (Task: r.GetString("Task"), Lane: r.GetString("Lane"))))
        {
            var folded = group.FirstOrDefault(IsFolded);
            foreach (var chunk in group.Where(r => !IsFolded(r)).Chunk(TransactionSize - 1))
            {
                var sum = new TotalsRow(group.Key.Task, group.Key.Lane, HourOf(hour), new TaskTotals(), new MinuteCounts());
                foreach (var row in folded is null ? chunk : [folded, .. chunk]) sum.Merge(TotalsRow.FromEntity(row));
                var entity = sum.ToEntity($"{Folded}~{sum.Task}~{sum.Lane}");
                try
                {
                    var answer = await client.SubmitTransactionAsync(
                        [
                            folded is null
                                ? new TableTransactionAction(TableTransactionActionType.Add, entity)
                                    : new TableTransactionAction(TableTransactionActionType.UpdateReplace, entity, folded.ETag),
                            .. chunk.Select(r => new TableTransactionAction(TableTransactionActionType.Delete, r, r.ETag)),
                        ],
                        cancellationToken);
                    entity.ETag = answer.Value[0].Headers.ETag!.Value;
                    folded = entity;
                }
                catch (TableTransactionFailedException e) when (e.Status is 404 or 409 or 412)
                {
                    // Somebody else folds this hour right now, or did: the rest is theirs, or the next time's.
                    return;
                }
            }
        }
    }

    private static bool IsFolded(TableEntity row) => row.RowKey.StartsWith(Folded, StringComparison.Ordinal);
}
