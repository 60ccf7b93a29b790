using System.Text.Json;
using Azure.Data.Tables;
using Microsoft.Extensions.DependencyInjection;
using Serverless.Http;
using Serverless.Storage;

namespace Serverless.Monitoring.Store;

/// <summary>
/// The runs of this moment: a row for each instance, written every few seconds. One that has not been heard of for a while is dead, and
/// what it ran counts no more; its messages come again elsewhere.
/// </summary>
internal sealed class InstanceStore([FromKeyedServices(InstanceStore.TableName)] LazyTable table, TimeProvider time)
{
    /// <summary>The table's name.</summary>
    public const string TableName = "AppInstances";

    private const string Partition = "instances";

    // What a property takes at most is 64 KiB.
    private const int ProbeBytes = 48 * 1024;

    /// <summary>Several of the intervals in which an instance speaks.</summary>
    public static readonly TimeSpan Dead = TimeSpan.FromSeconds(30);

    /// <summary>Replaces what an instance said.</summary>
    internal async Task WriteAsync(InstanceState state, CancellationToken cancellationToken)
    {
        var client = await table.GetAsync(cancellationToken);
        var row = new TableEntity(Partition, state.Instance)
        {
            [nameof(InstanceState.Seen)] = state.Seen,
            ["State"] = Gzip.Compress(JsonSerializer.SerializeToUtf8Bytes(state, AppJson.Options)),
        };
        await client.UpsertEntityAsync(row, TableUpdateMode.Replace, cancellationToken);
    }

    /// <summary>Writes a row of some size, which nobody reads: storage that is full takes none.</summary>
    internal async Task ProbeAsync(CancellationToken cancellationToken)
    {
        var client = await table.GetAsync(cancellationToken);
        await client.UpsertEntityAsync(
            new TableEntity("probe", "probe") { ["Bytes"] = new byte[ProbeBytes] }, TableUpdateMode.Replace, cancellationToken);
    }

    /// <summary>Takes an instance off that stops.</summary>
    internal async Task DeleteAsync(string instance, CancellationToken cancellationToken)
    {
        var client = await table.GetAsync(cancellationToken);
        await client.DeleteEntityAsync(Partition, instance, cancellationToken: cancellationToken);
    }

    /// <summary>The instances that are alive and had something to say.</summary>
    public async Task<IReadOnlyList<InstanceState>> ReadAsync(CancellationToken cancellationToken)
    {
        var client = await table.GetAsync(cancellationToken);
        var filter = TableClient.CreateQueryFilter($"PartitionKey eq {Partition} and Seen gt {time.GetUtcNow() - Dead}");
        var states = new List<InstanceState>();
        await foreach (var row in client.QueryAsync<TableEntity>(filter, cancellationToken: cancellationToken))
        {
            if (row.GetBinary("State") is { } gzip)
                states.Add(JsonSerializer.Deserialize<InstanceState>(Gzip.Decompress(gzip), AppJson.Options)!);
        }

        return states;
    }

    /// <summary>Deletes the rows of instances that died before a time.</summary>
    internal async Task DeleteBeforeAsync(DateTimeOffset before, CancellationToken cancellationToken)
    {
        var client = await table.GetAsync(cancellationToken);
        var filter = TableClient.CreateQueryFilter($"PartitionKey eq {Partition} and Seen lt {before}");
        await foreach (var page in client.QueryAsync<TableEntity>(
            filter, select: ["PartitionKey", "RowKey"], cancellationToken: cancellationToken).AsPages())
            await RowDeletion.DeleteAsync(client, page.Values, cancellationToken);
    }
}
