using System.Runtime.CompilerServices;
using System.Text.Json;
using Azure;
using Azure.Data.Tables;
using Microsoft.Extensions.DependencyInjection;
using Serverless.Http;
using Serverless.Storage;

namespace Serverless.Tasks.Batches;

/// <summary>The batches themselves: a row each, one in the order of time, and one while somebody may still have to hear of it.</summary>
internal sealed class BatchStore([FromKeyedServices(BatchKeys.TableName)] LazyTable table)
{
    private const string Row = "batch", Json = "Json", OpenPartition = "open~";

    private static readonly TimeIndex Index = new("time~");

    /// <summary>A batch and the version of its row; null when there is none.</summary>
    public async Task<StoredBatch?> FindAsync(string id, CancellationToken cancellationToken)
    {
        if (!BatchKeys.IsValid(id)) return null;
        var client = await table.GetAsync(cancellationToken);
        return await client.FindAsync<TableEntity>(id, Row, cancellationToken) is { } row
            ? new StoredBatch(JsonSerializer.Deserialize<BatchState>(row.GetString(Json), AppJson.Options)!, row.ETag) : null;
    }

    /// <summary>Adds a batch.</summary>
    /// <returns>False when there is one of its id.</returns>
    public async Task<bool> TryAddAsync(BatchState batch, CancellationToken cancellationToken)
    {
        // Found before it is there: what is not there is passed over.
        var client = await table.GetAsync(cancellationToken);
        await client.UpsertEntityAsync(new TableEntity(OpenPartition, batch.Id), TableUpdateMode.Replace, cancellationToken);
        await client.UpsertEntityAsync(Index.CreateRow(batch.Opened, batch.Id), TableUpdateMode.Replace, cancellationToken);
        return await client.TryAddAsync(ToRow(batch), cancellationToken);
    }

    /// <summary>Stores a batch in place of a version.</summary>
    /// <returns>False when it has changed since.</returns>
    public async Task<bool> TryUpdateAsync(BatchState batch, ETag version, CancellationToken cancellationToken)
    {
        var client = await table.GetAsync(cancellationToken);
        return await client.TryUpdateAsync(ToRow(batch), version, TableUpdateMode.Replace, cancellationToken);
    }

    /// <summary>Nobody has to hear of it any more.</summary>
    public async Task SettleAsync(string id, CancellationToken cancellationToken)
    {
        var client = await table.GetAsync(cancellationToken);
        await client.DeleteEntityAsync(OpenPartition, id, ETag.All, cancellationToken);
    }

    /// <summary>The ids of all that somebody may have to hear of, and when they were noted.</summary>
    public async IAsyncEnumerable<(string Id, DateTimeOffset Noted)> ListOpenAsync(
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var client = await table.GetAsync(cancellationToken);
        var filter = TableClient.CreateQueryFilter($"PartitionKey eq {OpenPartition}");
        await foreach (var row in client.QueryAsync<TableEntity>(filter, cancellationToken: cancellationToken))
            yield return (row.RowKey, row.Timestamp ?? default);
    }

    /// <summary>A page of batches, the newest first, and where the next begins; null after the last.</summary>
    public async Task<(IReadOnlyList<BatchState> Batches, string? Next)> ListAsync(
        int size, string? after, CancellationToken cancellationToken)
    {
        var client = await table.GetAsync(cancellationToken);
        var found = new List<BatchState>();
        await foreach (var row in Index.ReadAsync(client, new TimeSlice { From = after }, size, cancellationToken: cancellationToken))
        {
            // Found twice, where it was opened again after its first opening was cut off: the row of its own time counts.
            if (await FindAsync(IdOf(row), cancellationToken) is { } batch
                && TimeIndex.BuildRowKey(batch.State.Opened, batch.State.Id) == row.RowKey) found.Add(batch.State);
            if (found.Count == size) return (found, row.RowKey);
        }

        return (found, null);
    }

    /// <summary>The ids of all that were opened before a time.</summary>
    public async IAsyncEnumerable<(string Id, TableEntity Row)> ListOlderAsync(
        DateTimeOffset before, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var client = await table.GetAsync(cancellationToken);
        await foreach (var page in Index.ReadOlderAsync(client, before, null, null, 1_000, cancellationToken))
        {
            foreach (var row in page.Values) yield return (IdOf(row), row);
        }
    }

    /// <summary>Forgets a batch.</summary>
    public async Task RemoveAsync(string id, TableEntity index, CancellationToken cancellationToken)
    {
        var client = await table.GetAsync(cancellationToken);
        await SettleAsync(id, cancellationToken);
        await client.DeleteEntityAsync(id, Row, ETag.All, cancellationToken);
        await client.DeleteEntityAsync(index.PartitionKey, index.RowKey, ETag.All, cancellationToken);
    }

    private static string IdOf(TableEntity row) => row.RowKey[(row.RowKey.IndexOf('-', StringComparison.Ordinal) + 1)..];

    private static TableEntity ToRow(BatchState batch) =>
        new(batch.Id, Row) { [Json] = JsonSerializer.Serialize(batch, AppJson.Options) };
}

/// <summary>A batch and the version of its row.</summary>
internal sealed record StoredBatch(BatchState State, ETag Version);
