using Azure;
using Azure.Data.Tables;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Options;
using Serverless.Storage;

namespace Serverless.Cleanup;

/// <summary>Deletes expired rows of the sessions table, which the app's other parts write.</summary>
internal sealed class PurgeSessions(TableServiceClient tables, IOptions<CleanupSettings> settings, CleanupMonitor monitor)
{
    private const int InParallel = 16;

    /// <summary>Runs the step.</summary>
    [Function(nameof(PurgeSessions))]
    public Task<CleanupCount> RunAsync([ActivityTrigger] CleanupTask task, CancellationToken cancellationToken) =>
        monitor.RunAsync("cleanup.sessions", task, async () => new CleanupCount(await DeleteAsync(task.Now, cancellationToken)));

    private async Task<long> DeleteAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        var deleted = 0L;
        var table = tables.GetTableClient(settings.Value.SessionsTable);
        var filter = TableClient.CreateQueryFilter($"ExpiresAt le {now}");
        try
        {
            await foreach (var page in table.QueryAsync<TableEntity>(
                filter, select: ["PartitionKey", "RowKey"], cancellationToken: cancellationToken).AsPages())
            {
                var parallel = new ParallelOptions { MaxDegreeOfParallelism = InParallel, CancellationToken = cancellationToken };
                await Parallel.ForEachAsync(page.Values, parallel, async (row, token) =>
                {
                    // One that was renewed meanwhile has another tag, and stays.
                    if (await table.TryDeleteAsync(row, token)) Interlocked.Increment(ref deleted);
                });
            }
        }
        catch (RequestFailedException e) when (e.Status == 404)
        {
            // Nobody keeps sessions here.
        }

        return deleted;
    }
}
