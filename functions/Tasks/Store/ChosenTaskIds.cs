using Azure;
using Azure.Data.Tables;
using Microsoft.Extensions.DependencyInjection;
using Serverless.Monitoring.Changes;
using Serverless.Storage;

namespace Serverless.Tasks.Store;

/// <summary>Gives ids that senders chose to one task each, and says what is known of those that are given.</summary>
internal sealed class ChosenTaskIds(
    TaskTableWriter writer, [FromKeyedServices(TaskRows.TableName)] LazyTable table, TimeProvider time, ChangeLog changes)
{
    /// <summary>
    /// Notes a task under the id that its sender chose, unless it is known; unconfirmed until <see cref="ConfirmAsync"/> says that the
    /// message is stored.
    /// </summary>
    /// <param name="message">The task.</param>
    /// <param name="queue">Where it goes.</param>
    /// <param name="due">When it may start; null for at once.</param>
    /// <param name="request">What was asked for, to tell the same request from another.</param>
    /// <param name="cancellationToken">Ends the requests.</param>
    /// <returns>What is known of it; null when it was noted.</returns>
    public async Task<TaskRecord?> TryGiveAsync(
        TaskMessage message, string queue, DateTimeOffset? due, string request, CancellationToken cancellationToken)
    {
        var change = TaskChanges.CreateSent(message, queue, due, time.GetUtcNow());
        change[TaskRows.Unconfirmed] = true;
        change[TaskRows.Request] = request;
        var client = await table.GetAsync(cancellationToken);
        if (await FindOtherAsync(client, change, message, cancellationToken) is { } other) return other;
        changes.NoteTask(change);
        return null;
    }

    /// <summary>Notes that the message of a task is stored.</summary>
    public Task ConfirmAsync(string id)
    {
        var change = TaskRows.Change(id);
        change[TaskRows.Unconfirmed] = false;
        return writer.MergeSentAsync(change);
    }

    private async Task<TaskRecord?> FindOtherAsync(
        TableClient client, TableEntity change, TaskMessage message, CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                await client.SubmitTransactionAsync(
                    [new TableTransactionAction(TableTransactionActionType.Add, change), .. OthersOf(change, message)], cancellationToken);
                return null;
            }
            catch (RequestFailedException e) when (e.Status == 409)
            {
                var found = await client.GetEntityIfExistsAsync<TableEntity>(
                    change.PartitionKey, change.RowKey, cancellationToken: cancellationToken);
                if (!found.HasValue) continue;
                var isForgotten = TaskRows.IsForgotten(found.Value!, time.GetUtcNow()) || TaskRows.IsLost(found.Value!);
                if (!isForgotten && found.Value!.GetString(TaskRows.Task) is not null) return TaskRows.ToRecord(found.Value);

                // Listed first: a row without its task is passed over, a task without one would be found by nobody.
                await client.SubmitTransactionAsync(OthersOf(change, message), cancellationToken);
                if (await TryTakeAsync(client, change, found.Value!, isForgotten, cancellationToken)) return null;
            }
        }
    }

    // What is written with the row of the task.
    private static IEnumerable<TableTransactionAction> OthersOf(TableEntity change, TaskMessage message)
    {
        if (Index(message) is { } index) yield return new TableTransactionAction(TableTransactionActionType.UpsertReplace, index);
        foreach (var mark in TaskMarks.ToActions(change.PartitionKey, TaskMarks.Of(change))) yield return mark;
    }

    // Where the id says nothing of the time, a row that does points to it.
    private static TableEntity? Index(TaskMessage message) => TaskKey.IndexRow(message.Id, message.Enqueued) is { } key
        ? new TableEntity(TaskKey.BuildPartition(message.Id), key) { [TaskRows.IsIndex] = true } : null;

    // The row of a task that is forgotten, or one that says no more than that somebody wants it revoked.
    private static async Task<bool> TryTakeAsync(
        TableClient client, TableEntity change, TableEntity row, bool isForgotten, CancellationToken cancellationToken)
    {
        if (row.GetBoolean(TaskRows.Blobs) == true) change[TaskRows.Blobs] = true;
        return await client.TryUpdateAsync(
            change, row.ETag, isForgotten ? TableUpdateMode.Replace : TableUpdateMode.Merge, cancellationToken);
    }
}
