using Azure;
using Azure.Data.Tables;
using Microsoft.Extensions.DependencyInjection;
using Serverless.Storage;

namespace Serverless.Access;

/// <summary>The log of actions: names, functions and times, the newest first. It holds names and ids, never what was sent.</summary>
internal sealed class ActionLog([FromKeyedServices(ActionLog.TableName)] LazyTable lazyTable, TimeProvider time)
{
    /// <summary>The table's name.</summary>
    public const string TableName = "Actions";

    private const string Partition = "action";
    private const int Batch = 100;

    /// <summary>Notes an action.</summary>
    public async Task AddAsync(string by, string action, string? target, int status, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var row = new TableEntity(Partition, $"{NewestFirst.Key(now)}-{Guid.CreateVersion7(now):N}")
        {
            [nameof(ActionEntry.At)] = now,
            [nameof(ActionEntry.By)] = by,
            [nameof(ActionEntry.Action)] = action,
            [nameof(ActionEntry.Status)] = status,
        };
        if (target is not null) row[nameof(ActionEntry.Target)] = target;
        var table = await lazyTable.GetAsync(cancellationToken);
        await table.AddEntityAsync(row, cancellationToken);
    }

    /// <summary>A page of actions.</summary>
    public async Task<ActionPage> ListAsync(int size, string? after, CancellationToken cancellationToken)
    {
        var table = await lazyTable.GetAsync(cancellationToken);
        var filter = TableClient.CreateQueryFilter($"PartitionKey eq {Partition} and RowKey gt {after ?? ""}");
        var found = new List<ActionEntry>();
        await foreach (var row in table.QueryAsync<TableEntity>(filter, size, cancellationToken: cancellationToken))
        {
            found.Add(new ActionEntry(
                row.GetDateTimeOffset(nameof(ActionEntry.At)) ?? default, row.GetString(nameof(ActionEntry.By)),
                row.GetString(nameof(ActionEntry.Action)), row.GetString(nameof(ActionEntry.Target)),
                row.GetInt32(nameof(ActionEntry.Status)) ?? 0));
            if (found.Count == size) return new ActionPage(found, row.RowKey);
        }

        return new ActionPage(found, null);
    }

    /// <summary>Forgets actions from before a time.</summary>
    /// <returns>How many.</returns>
    public async Task<int> DeleteOlderThanAsync(DateTimeOffset before, CancellationToken cancellationToken)
    {
        var table = await lazyTable.GetAsync(cancellationToken);
        var key = NewestFirst.Key(before) + "~";
        var filter = TableClient.CreateQueryFilter($"PartitionKey eq {Partition} and RowKey gt {key}");
        var deleted = 0;
        await foreach (var page in table.QueryAsync<TableEntity>(filter, Batch, [nameof(ITableEntity.RowKey)], cancellationToken).AsPages())
        {
            if (page.Values.Count == 0) continue;
            await table.SubmitTransactionAsync(
                page.Values.Select(row => new TableTransactionAction(
                    TableTransactionActionType.Delete, new TableEntity(Partition, row.RowKey), ETag.All)), cancellationToken);
            deleted += page.Values.Count;
        }

        return deleted;
    }
}
