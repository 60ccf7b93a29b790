using Azure;
using Azure.Data.Tables;
using Microsoft.Extensions.DependencyInjection;
using Serverless.Storage;

namespace Serverless.Tasks.Store;

/// <summary>
/// Deletes the tasks whose time to live is over, with their blobs: marks say where they are, so that no others are looked at.
/// </summary>
internal sealed class TaskPurge([FromKeyedServices(TaskRows.TableName)] LazyTable table, TaskBlobs blobs, TimeProvider time)
{
    private const int MarksAtOnce = 500;
    private const int RowsAtOnce = 50;

    private static readonly string[] Columns =
    [
        TaskRows.PartitionKey, TaskRows.RowKey, TaskRows.State, TaskRows.Blobs, TaskRows.Enqueued,
    ];

    private static readonly TimeSpan Later = TimeSpan.FromDays(1);

    /// <summary>Deletes what is forgotten.</summary>
    /// <returns>How many tasks.</returns>
    public async Task<int> RunAsync(CancellationToken cancellationToken)
    {
        var client = await table.GetAsync(cancellationToken);
        var now = time.GetUtcNow();
        var purged = await Task.WhenAll(TaskKey.AllPartitions.Select(p => PurgeAsync(client, p, now, cancellationToken)));
        return purged.Sum();
    }

    private async Task<int> PurgeAsync(TableClient client, string partition, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var purged = 0;
        var marks = client.QueryAsync<TableEntity>(TaskMarks.BuildDueFilter(partition, now), MarksAtOnce, Columns, cancellationToken);
        await foreach (var page in marks.AsPages())
        {
            var targets = page.Values.Select(mark => TaskMarks.TargetOf(mark.RowKey)).ToLookup(TaskMarks.IsWord);
            foreach (var (from, to) in TaskMarks.ListRuns(targets[false]))
                purged += await PurgeRowsAsync(client, TaskMarks.BuildRowsFilter(partition, from, to), now, cancellationToken);
            foreach (var word in targets[true]) await PurgeWordAsync(client, partition, word, now, cancellationToken);

            // One that was written again meanwhile has another tag, and stays.
            await RowDeletion.RunAsync(client, page.Values, cancellationToken);
        }

        return purged;
    }

    private async Task<int> PurgeRowsAsync(TableClient client, string rows, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var purged = 0;
        var filter = rows + TableClient.CreateQueryFilter($" and Forgotten le {now}");
        await foreach (var page in client.QueryAsync<TableEntity>(filter, RowsAtOnce, Columns, cancellationToken).AsPages())
        {
            foreach (var row in page.Values.Where(r => r.GetBoolean(TaskRows.Blobs) == true))
            {
                // A dead letter needs its arguments for as long as it waits; the container's own life cycle ends them.
                await blobs.DeleteAsync(
                    TaskKey.IdOf(row.RowKey), keepArguments: row.GetString(TaskRows.State) == nameof(TaskState.Failure), cancellationToken);
            }

            // One that came back from the dead letters meanwhile has another tag, and stays.
            purged += await RowDeletion.RunAsync(client, page.Values, cancellationToken);
            await RowDeletion.RunAsync(client, page.Values.Select(IndexOf).OfType<TableEntity>(), cancellationToken);
        }

        return purged;
    }

    // As long as there are rows in its bucket, one of them may have the word.
    private static async Task PurgeWordAsync(
        TableClient client, string partition, string word, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var known = await client.GetEntityIfExistsAsync<TableEntity>(partition, word, cancellationToken: cancellationToken);
        if (!known.HasValue) return;
        var bucket = TaskMarks.BucketOf(word);
        var rows = client.QueryAsync<TableEntity>(
            TaskMarks.BuildRowsFilter(partition, bucket, bucket), 1, [TaskRows.RowKey], cancellationToken);
        if (await rows.AnyAsync(cancellationToken))
        {
            var later = new TableEntity(partition, TaskMarks.BuildExpiryKey(now + Later, word));
            await client.UpsertEntityAsync(later, TableUpdateMode.Merge, cancellationToken);
        }
        else
        {
            await RowDeletion.RunAsync(client, [known.Value!], cancellationToken);
        }
    }

    private static TableEntity? IndexOf(TableEntity row) =>
        row.GetDateTimeOffset(TaskRows.Enqueued) is { } sent && TaskKey.IndexRow(TaskKey.IdOf(row.RowKey), sent) is { } key
            ? new TableEntity(row.PartitionKey, key) { ETag = ETag.All } : null;
}
