using System.Runtime.CompilerServices;
using Azure;
using Azure.Data.Tables;
using Microsoft.Extensions.DependencyInjection;
using Serverless.Monitoring.Changes;
using Serverless.Storage;

namespace Serverless.Tasks.Store;

/// <summary>Finds tasks that have not ended though they are due, and fails those whose message is gone.</summary>
internal sealed class WaitingTasks([FromKeyedServices(TaskRows.TableName)] LazyTable table, TimeProvider time, ChangeLog changes)
{
    private const int ListedRows = 1000;

    // Long enough for somebody to see it.
    private static readonly TimeSpan LostFor = TimeSpan.FromDays(1);

    /// <summary>The tasks that have not ended and were due before a time.</summary>
    internal async IAsyncEnumerable<WaitingTask> ListUnendedAsync(
        DateTimeOffset before, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        // What has ended is forgotten sooner than what has not, as a rule: those rows are not even looked at.
        var ending = time.GetUtcNow() + TimeSpan.FromDays(1);
        var filter = TableClient.CreateQueryFilter($"Enqueued le {before} and Forgotten gt {ending}");
        string[] columns =
        [
            TaskRows.PartitionKey, TaskRows.RowKey, TaskRows.State, TaskRows.Queue, TaskRows.Enqueued, TaskRows.Due, TaskRows.Redrives,
            TaskRows.Attempt, TaskRows.Deferrals,
        ];
        var client = await table.GetAsync(cancellationToken);
        await foreach (var row in client.QueryAsync<TableEntity>(filter, ListedRows, columns, cancellationToken))
        {
            if (TaskRows.HasEnded(row)) continue;
            var due = row.GetDateTimeOffset(TaskRows.Due) ?? row.GetDateTimeOffset(TaskRows.Enqueued)!.Value;
            if (due > before) continue;
            yield return new WaitingTask(TaskKey.IdOf(row.RowKey), row.GetString(TaskRows.Queue) ?? "", due, row.ETag)
            {
                Run = TaskRows.RunOf(row),
            };
        }
    }

    /// <summary>Fails a task whose message is gone, unless something happened to it meanwhile.</summary>
    internal async Task<bool> TryFailAsync(WaitingTask task, string reason, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var change = TaskRows.Change(task.Id);
        change[TaskRows.State] = nameof(TaskState.Failure);
        change[TaskRows.ErrorMessage] = reason;
        change[TaskRows.Lost] = change[TaskRows.Ended] = now;
        change[TaskRows.Forgotten] = now + LostFor;
        var client = await table.GetAsync(cancellationToken);
        if (!await client.TryUpdateAsync(change, task.Version, TableUpdateMode.Merge, cancellationToken)) return false;
        changes.Note(ChangeKinds.Task, task.Id, "FAILURE");
        return true;
    }
}
