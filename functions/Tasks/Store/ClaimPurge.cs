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
        var now = time.GetUtcNow();
        var purged = await Task.WhenAll(ClaimExpiry.AllPartitions.Select(p => PurgeAsync(client, p, now, cancellationToken)));
        return purged.Sum();
    }

    private static async Task<int> PurgeAsync(TableClient client, string partition, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var purged = 0;
        await foreach (var page in ClaimExpiry.ListDueAsync(client, partition, now, cancellationToken).AsPages())
        {
            var found = await Task.WhenAll(page.Values.Select(row => client.GetEntityIfExistsAsync<TableEntity>(
                partition, ClaimExpiry.ClaimOf(row), cancellationToken: cancellationToken)));

            // One that was taken anew meanwhile has another tag, and stays.
            purged += await RowDeletion.RunAsync(
                client, found.Where(f => f.HasValue).Select(f => f.Value!).Where(c => c.GetDateTimeOffset(TaskClaim.Expires) <= now),
                cancellationToken);
            await RowDeletion.RunAsync(client, page.Values, cancellationToken);
        }

        return purged;
    }
}
