using Azure;
using Azure.Data.Tables;
using Microsoft.Extensions.DependencyInjection;
using Serverless.Storage;
using Serverless.Tasks.Store;

namespace Serverless.Tasks.Limits;

/// <summary>The rows of rates' keys.</summary>
internal sealed class RateRows([FromKeyedServices(RateRows.TableName)] LazyTable table, TimeProvider time)
{
    /// <summary>The table's name.</summary>
    public const string TableName = "TaskRates";

    private const string Called = "Called", Started = "Started", Step = "Step", Over = "Over";

    // Clocks differ.
    private static readonly TimeSpan Grace = TimeSpan.FromHours(1);

    /// <summary>The state of a key, and its row's version; null where there is no row.</summary>
    public async Task<(RateState State, ETag? Version)> ReadAsync(string key, CancellationToken cancellationToken)
    {
        var client = await table.GetAsync(cancellationToken);
        return await client.FindAsync<TableEntity>(PartitionOf(key), key, cancellationToken) is { } row
            ? (new RateState(row.GetInt64(Called) ?? 0, row.GetInt64(Started) ?? 0, row.GetInt64(Step) ?? 0), row.ETag)
            : (default, null);
    }

    /// <summary>Stores the state of a key, unless somebody else has stored another.</summary>
    /// <returns>The row's version; null when it was not stored.</returns>
    public async Task<ETag?> TryWriteAsync(string key, RateState state, ETag? version, CancellationToken cancellationToken)
    {
        var client = await table.GetAsync(cancellationToken);
        var row = new TableEntity(PartitionOf(key), key)
        {
            [Called] = state.Called,
            [Started] = state.Started,
            [Step] = state.Step,
            [Over] = new DateTimeOffset(Math.Max(state.Called, state.Started), TimeSpan.Zero) + Grace,
        };
        var isWritten = version is { } tag
            ? await client.TryUpdateAsync(row, tag, TableUpdateMode.Replace, cancellationToken)
            : await client.TryAddAsync(row, cancellationToken);
        return isWritten ? row.ETag : null;
    }

    /// <summary>Deletes the rows that say no more than a new one would.</summary>
    /// <returns>How many.</returns>
    public async Task<int> PurgeAsync(CancellationToken cancellationToken)
    {
        var client = await table.GetAsync(cancellationToken);
        var purged = 0;
        var filter = TableClient.CreateQueryFilter($"Over le {time.GetUtcNow()}");
        var pages = client.QueryAsync<TableEntity>(filter, 100, [TaskRows.PartitionKey, TaskRows.RowKey], cancellationToken).AsPages();

        // One that was used again meanwhile has another tag, and stays.
        await foreach (var page in pages) purged += await RowDeletion.RunAsync(client, page.Values, cancellationToken);
        return purged;
    }

    // Sixteen partitions share the load.
    private static string PartitionOf(string key) => key[..1];
}
