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
        var filter = TableClient.CreateQueryFilter($"PartitionKey le {ExecutionPack.Partition(since)}");
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
        var newest = ExecutionPack.Partition(before);
        var (kept, deleted) = (0, 0);
        await foreach (var page in client.QueryAsync<TableEntity>(select: ExecutionPack.CountColumns, cancellationToken: cancellationToken)
            .AsPages())
        {
            var old = new List<TableEntity>();
            foreach (var pack in page.Values)
            {
                if (kept >= AlwaysKept && string.CompareOrdinal(pack.PartitionKey, newest) > 0) old.Add(pack);
                else kept += ExecutionPack.CountOf(pack);
            }

            await RowDeletion.DeleteAsync(client, old, cancellationToken);
            deleted += old.Sum(ExecutionPack.CountOf);
        }

        return deleted;
    }
}
