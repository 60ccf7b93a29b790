using System.Runtime.CompilerServices;
using Azure.Data.Tables;
using Microsoft.Extensions.DependencyInjection;
using Serverless.Storage;

namespace Serverless.Monitoring.Store;

/// <summary>The executions of the last days, in hour partitions.</summary>
internal sealed class ExecutionStore([FromKeyedServices(ExecutionStore.TableName)] LazyTable table)
{
    /// <summary>The table's name.</summary>
    public const string TableName = "TaskExecutions";

    /// <summary>So many stay, however old they are.</summary>
    public const int AlwaysKept = 10_000;

    /// <summary>Adds a pack, or replaces it when it is tried again.</summary>
    internal async Task WriteAsync(TableEntity pack, CancellationToken cancellationToken)
    {
        var client = await table.GetAsync(cancellationToken);
        await client.UpsertEntityAsync(pack, TableUpdateMode.Replace, cancellationToken);
    }

    /// <summary>Executions, the newest first as far as the seconds allow in which instances store theirs.</summary>
    /// <param name="since">Ended at or after this time.</param>
    /// <param name="cancellationToken">Ends the read.</param>
    public async IAsyncEnumerable<TaskExecution> ReadAsync(
        DateTimeOffset since, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var client = await table.GetAsync(cancellationToken);
        var filter = TableClient.CreateQueryFilter($"PartitionKey le {ExecutionPack.BuildPartition(since)}");
        await foreach (var pack in client.QueryAsync<TableEntity>(filter, maxPerPage: 20, cancellationToken: cancellationToken))
        {
            foreach (var execution in ExecutionPack.Read(pack).Reverse())
            {
                if (execution.Started + execution.Duration >= since) yield return execution;
            }
        }
    }

    /// <summary>Deletes what was stored before a time and is not among the last 10,000.</summary>
    /// <returns>How many executions.</returns>
    internal async Task<int> DeleteBeforeAsync(DateTimeOffset before, CancellationToken cancellationToken)
    {
        var client = await table.GetAsync(cancellationToken);
        var deleted = 0;
        if (await FindLastKeptAsync(client, cancellationToken) is not { } kept) return deleted;

        // Behind it, and not younger: what is kept is not looked at.
        var newest = ExecutionPack.BuildPartition(before);
        var filter = TableClient.CreateQueryFilter($"PartitionKey gt {newest}")
            + TableClient.CreateQueryFilter($" and PartitionKey ge {kept.PartitionKey}")
            + TableClient.CreateQueryFilter($" and (PartitionKey gt {kept.PartitionKey} or RowKey gt {kept.RowKey})");
        await foreach (var page in client.QueryAsync<TableEntity>(
            filter, select: ExecutionPack.CountColumns, cancellationToken: cancellationToken).AsPages())
        {
            await RowDeletion.DeleteAsync(client, page.Values, cancellationToken);
            deleted += page.Values.Sum(ExecutionPack.CountOf);
        }

        return deleted;
    }

    // The pack with which the last 10,000 are full; null while there are fewer.
    private static async Task<TableEntity?> FindLastKeptAsync(TableClient client, CancellationToken cancellationToken)
    {
        var kept = 0;
        await foreach (var pack in client.QueryAsync<TableEntity>(select: ExecutionPack.CountColumns, cancellationToken: cancellationToken))
        {
            if ((kept += ExecutionPack.CountOf(pack)) >= AlwaysKept) return pack;
        }

        return null;
    }
}
