using Azure.Data.Tables;
using Microsoft.Extensions.DependencyInjection;
using Serverless.Storage;

namespace Serverless.Tasks.Store;

/// <summary>Deletes the claims whose time is over.</summary>
internal sealed class ClaimPurge([FromKeyedServices(TaskClaim.TableName)] LazyTable table, TimeProvider time)
{
    /// <summary>Deletes them.</summary>
    /// <returns>How many.</returns>
    public async Task<int> RunAsync(CancellationToken cancellationToken)
    {
        var client = await table.GetAsync(cancellationToken);
        var purged = 0;
        var filter = TableClient.CreateQueryFilter($"Expires le {time.GetUtcNow()}");
        var pages = client.QueryAsync<TableEntity>(filter, 100, [TaskRows.PartitionKey, TaskRows.RowKey], cancellationToken).AsPages();

        // One that was taken anew meanwhile has another tag, and stays.
        await foreach (var page in pages) purged += await RowDeletion.RunAsync(client, page.Values, cancellationToken);
        return purged;
    }
}
