using Azure;
using Azure.Data.Tables;
using Microsoft.Extensions.DependencyInjection;
using Serverless.Storage;

namespace Serverless.Tasks.Store;

/// <summary>Deletes the tasks whose time to live is over, with their blobs.</summary>
internal sealed class TaskPurge([FromKeyedServices(TaskRows.TableName)] LazyTable table, TaskBlobs blobs, TimeProvider time)
{
    /// <summary>Deletes what is forgotten.</summary>
    /// <returns>How many tasks.</returns>
    public async Task<int> RunAsync(CancellationToken cancellationToken)
    {
        var client = await table.GetAsync(cancellationToken);
        var purged = 0;
        var filter = TableClient.CreateQueryFilter($"Forgotten le {time.GetUtcNow()}");
        await foreach (var page in client.QueryAsync<TableEntity>(
            filter, 50, [TaskRows.PartitionKey, TaskRows.RowKey, TaskRows.State, TaskRows.Blobs, TaskRows.Enqueued], cancellationToken)
            .AsPages())
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

    private static TableEntity? IndexOf(TableEntity row) =>
        row.GetDateTimeOffset(TaskRows.Enqueued) is { } sent && TaskKey.IndexRow(TaskKey.IdOf(row.RowKey), sent) is { } key
            ? new TableEntity(row.PartitionKey, key) { ETag = ETag.All } : null;
}
