using Azure;
using Azure.Data.Tables;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Serverless.Storage;

namespace Serverless.Tasks.Store;

/// <summary>
/// Takes over the tasks of the table of version 0.1, whose rows lie under their ids and so in no order. What is known under the new key is
/// newer; the old table goes when all of it is copied, so that a copy that breaks off is made again.
/// </summary>
internal sealed partial class TaskTableMigration(
    TableServiceClient tables, [FromKeyedServices(TaskRows.TableName)] LazyTable table, ILogger<TaskTableMigration> logger)
    : BackgroundService
{
    /// <summary>The table of version 0.1.</summary>
    public const string OldTable = "Tasks";

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            var copied = await CopyAsync(stoppingToken);
            if (copied is { } count) Migrated(logger, count);
        }
        catch (RequestFailedException e)
        {
            NotMigrated(logger, e);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The next start goes on.
        }
    }

    /// <returns>How many tasks; null when there is no old table.</returns>
    private async Task<int?> CopyAsync(CancellationToken cancellationToken)
    {
        var old = tables.GetTableClient(OldTable);
        var known = tables.QueryAsync(t => t.Name == OldTable, cancellationToken: cancellationToken);
        if (!await known.AnyAsync(cancellationToken)) return null;

        var (client, copied) = (await table.GetAsync(cancellationToken), 0);
        await foreach (var row in old.QueryAsync<TableEntity>(cancellationToken: cancellationToken))
        {
            var id = row.RowKey;
            if (!TaskKey.IsValid(id)) continue;
            if (row.GetDateTimeOffset(TaskRows.Enqueued) is { } sent && TaskKey.IndexRow(id, sent) is { } index)
                await client.UpsertEntityAsync(
                    new TableEntity(TaskKey.BuildPartition(id), index) { [TaskRows.IsIndex] = true }, TableUpdateMode.Replace,
                    cancellationToken);
            row.RowKey = TaskKey.BuildRow(id);
            if (await TryAddAsync(client, row, cancellationToken)) copied++;
        }

        await old.DeleteAsync(cancellationToken);
        return copied;
    }

    private static async Task<bool> TryAddAsync(TableClient client, TableEntity row, CancellationToken cancellationToken)
    {
        try
        {
            await client.SubmitTransactionAsync(
                [new TableTransactionAction(TableTransactionActionType.Add, row),
                    .. TaskMarks.ToActions(row.PartitionKey, TaskMarks.Of(row))], cancellationToken);
            return true;
        }
        catch (RequestFailedException e) when (e.Status == 409)
        {
            return false;
        }
    }

    [LoggerMessage(3112, LogLevel.Information, "Took over {Count} tasks of the table of version 0.1")]
    private static partial void Migrated(ILogger logger, int count);

    [LoggerMessage(3113, LogLevel.Warning, "The tasks of the table of version 0.1 could not be taken over; the next start tries again")]
    private static partial void NotMigrated(ILogger logger, Exception exception);
}
