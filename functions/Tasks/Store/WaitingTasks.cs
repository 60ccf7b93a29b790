using System.Runtime.CompilerServices;
using Azure;
using Azure.Data.Tables;
using Microsoft.Extensions.DependencyInjection;
using Serverless.Monitoring.Changes;
using Serverless.Storage;

namespace Serverless.Tasks.Store;

/// <summary>
/// Finds tasks that have not ended though they are due, and fails those whose message is gone. Those of a batch are found again until they
/// are known to be counted in it: nobody else looks at what has ended.
/// </summary>
internal sealed class WaitingTasks([FromKeyedServices(TaskRows.TableName)] LazyTable table, TimeProvider time, ChangeLog changes)
{
    private const int ListedRows = 1000;

    // Of the mark of what may not have ended: nothing of it is due before.
    private const string Look = "Look";

    // Long enough for somebody to see it.
    private static readonly TimeSpan LostFor = TimeSpan.FromDays(1);

    /// <summary>The tasks that have not ended and were due before a time, and those that were failed and are to be counted.</summary>
    internal async IAsyncEnumerable<WaitingTask> ListUnendedAsync(
        DateTimeOffset before, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var client = await table.GetAsync(cancellationToken);
        foreach (var partition in TaskKey.AllPartitions)
        {
            var marks = client.QueryAsync<TableEntity>(TaskMarks.OpenFilter(partition), ListedRows, cancellationToken: cancellationToken);
            await foreach (var mark in marks)
            {
                var target = TaskMarks.TargetOf(mark.RowKey);
                if (mark.GetDateTimeOffset(Look) > before || (TaskMarks.IsBucket(target) && TaskMarks.TimeOf(target) > before)) continue;
                var (isOpen, next) = (false, DateTimeOffset.MaxValue);
                var filter = TaskMarks.BuildRowsFilter(partition, target, target);
                await foreach (var task in ListUnendedAsync(client, filter, cancellationToken))
                {
                    isOpen = true;
                    if (task.Due < next) next = task.Due;
                    if (task.Due <= before) yield return task;
                }

                if (!isOpen) await RowDeletion.RunAsync(client, [mark], cancellationToken);
                else if (next > before) await LookLaterAsync(client, mark, next, cancellationToken);
            }
        }
    }

    private async IAsyncEnumerable<WaitingTask> ListUnendedAsync(
        TableClient client, string rows, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        // What has ended is forgotten sooner than what has not, as a rule: those rows are not even looked at.
        var ending = time.GetUtcNow() + TimeSpan.FromDays(1);
        var filter = rows + TableClient.CreateQueryFilter($" and Forgotten gt {ending}");
        string[] columns =
        [
            TaskRows.PartitionKey, TaskRows.RowKey, TaskRows.State, TaskRows.Queue, TaskRows.Enqueued, TaskRows.Due, TaskRows.Redrives,
            TaskRows.Attempt, TaskRows.Deferrals, TaskRows.Batch, TaskRows.Uncounted, TaskRows.Lost, TaskRows.Ended,
        ];
        await foreach (var row in client.QueryAsync<TableEntity>(filter, ListedRows, columns, cancellationToken))
        {
            var isUncounted = row.GetBoolean(TaskRows.Uncounted) == true && TaskRows.IsLost(row);
            if (TaskRows.HasEnded(row) && !isUncounted) continue;
            if ((row.GetDateTimeOffset(TaskRows.Due) ?? row.GetDateTimeOffset(TaskRows.Enqueued)) is not { } due) continue;
            yield return new WaitingTask(TaskKey.IdOf(row.RowKey), row.GetString(TaskRows.Queue) ?? "", due, row.ETag)
            {
                Run = TaskRows.RunOf(row),
                Batch = row.GetString(TaskRows.Batch),
                IsUncounted = isUncounted,
            };
        }
    }

    // Unless something of its bucket has begun again meanwhile.
    private static async Task LookLaterAsync(TableClient client, TableEntity mark, DateTimeOffset next, CancellationToken cancellationToken)
    {
        try
        {
            mark[Look] = next;
            await client.UpdateEntityAsync(mark, mark.ETag, TableUpdateMode.Replace, cancellationToken);
        }
        catch (RequestFailedException e) when (e.Status is 404 or 412)
        {
            // The next look finds it.
        }
    }

    /// <summary>
    /// Fails a task whose message is gone, unless something happened to it meanwhile. That of a batch is to be counted then.
    /// </summary>
    /// <returns>The task as it is now; null when something happened to it.</returns>
    internal async Task<WaitingTask?> TryFailAsync(WaitingTask task, string reason, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var change = TaskRows.Change(task.Id);
        change[TaskRows.State] = nameof(TaskState.Failure);
        change[TaskRows.ErrorMessage] = reason;
        change[TaskRows.Lost] = change[TaskRows.Ended] = now;

        // What is about to be forgotten is not found again.
        if (task.Batch is null) change[TaskRows.Forgotten] = now + LostFor;
        else change[TaskRows.Uncounted] = true;
        if (await TryChangeAsync(change, task, cancellationToken) is not { } version) return null;
        changes.Note(ChangeKinds.Task, task.Id, "FAILURE");
        return task with { Version = version, IsUncounted = task.Batch is not null };
    }

    /// <summary>Notes that a task that was failed is counted in its batch, unless something happened to it meanwhile.</summary>
    internal Task MarkCountedAsync(WaitingTask task, CancellationToken cancellationToken)
    {
        var change = TaskRows.Change(task.Id);
        change[TaskRows.State] = nameof(TaskState.Failure);
        change[TaskRows.Uncounted] = false;
        change[TaskRows.Forgotten] = time.GetUtcNow() + LostFor;
        return TryChangeAsync(change, task, cancellationToken);
    }

    /// <returns>The row's new version; null when it is not as it was.</returns>
    private async Task<ETag?> TryChangeAsync(TableEntity change, WaitingTask task, CancellationToken cancellationToken)
    {
        var client = await table.GetAsync(cancellationToken);
        try
        {
            var answer = await client.SubmitTransactionAsync(
                [new TableTransactionAction(TableTransactionActionType.UpdateMerge, change, task.Version),
                    .. TaskMarks.ToActions(change.PartitionKey, TaskMarks.Of(change))], cancellationToken);
            return answer.Value[0].Headers.ETag;
        }
        catch (RequestFailedException e) when (e.Status is 404 or 412)
        {
            return null;
        }
    }
}
