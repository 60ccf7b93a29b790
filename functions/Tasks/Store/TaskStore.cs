using Azure;
using Azure.Data.Tables;
using Microsoft.Extensions.DependencyInjection;
using Serverless.Monitoring.Changes;
using Serverless.Storage;

namespace Serverless.Tasks.Store;

/// <summary>
/// States in a table, results as gzip JSON: in the row up to 16 KB, so that a small result needs no request of its own, else in a blob.
/// Both are forgotten after the result's time to live.
/// </summary>
internal sealed class TaskStore(
    TaskTableWriter writer, [FromKeyedServices(TaskRows.TableName)] LazyTable table, TaskBlobs blobs, TimeProvider time,
    ChangeLog changes)
{
    // A hundred rows of this size, as base64, still fit a transaction of 4 MiB.
    private const int MaxBytesInRow = 16 * 1024;

    /// <summary>The task's record with its result; null when it is unknown or forgotten.</summary>
    public async Task<TaskRecord?> FindAsync(string id, CancellationToken cancellationToken = default)
    {
        if (await ReadAsync(id, cancellationToken) is not { } row) return null;

        var record = TaskRows.ToRecord(row);
        return row.GetString(TaskRows.ResultBlob) is { } blob
            ? record with { Result = await blobs.ReadAsync(blob, cancellationToken) } : record;
    }

    /// <summary>The task's record, without a result that lies in a blob, as the base of the run's own changes.</summary>
    internal async Task<TaskRecord?> OpenAsync(TaskRun run, CancellationToken cancellationToken)
    {
        if (await ReadAsync(run.Message.Id, cancellationToken) is not { } row) return null;

        run.Row.Tag = row.ETag;
        run.EarlierLog = row.GetBinary(TaskRows.Log);
        return TaskRows.ToRecord(row);
    }

    /// <summary>The log of a task; null when the task is unknown or forgotten.</summary>
    public async Task<TaskLogContent?> FindLogAsync(string id, CancellationToken cancellationToken)
    {
        var client = await table.GetAsync(cancellationToken);
        var found = await client.GetEntityIfExistsAsync<TableEntity>(
            TaskKey.Partition(id), TaskKey.Row(id), [TaskRows.Log, TaskRows.Forgotten], cancellationToken);
        if (found is not { HasValue: true, Value: { } row } || TaskRows.IsForgotten(row, time.GetUtcNow())) return null;
        return row.GetBinary(TaskRows.Log) is { } log ? TaskLogContent.Read(log) : TaskLogContent.Empty;
    }

    /// <summary>Stores what the handler logged so far.</summary>
    internal Task SaveLogAsync(TaskRun run, byte[] log)
    {
        var change = TaskChanges.Of(run.Message);
        change[TaskRows.Log] = log;
        return writer.MergeAsync(change, run.Row);
    }

    /// <summary>Notes a task that is being sent. Never changes its state: it may have started meanwhile.</summary>
    /// <param name="message">The task.</param>
    /// <param name="queue">Where it goes.</param>
    /// <param name="due">When it may start; null for at once.</param>
    public Task MarkSentAsync(TaskMessage message, string queue, DateTimeOffset? due) =>
        StoreAsync(TaskChanges.Sent(message, queue, due, time.GetUtcNow()));

    /// <summary>
    /// Notes a task whose sender chose its id, unless it is known; unconfirmed until <see cref="ConfirmAsync"/> says that the message is
    /// stored.
    /// </summary>
    /// <param name="message">The task.</param>
    /// <param name="queue">Where it goes.</param>
    /// <param name="due">When it may start; null for at once.</param>
    /// <param name="request">What was asked for, to tell the same request from another.</param>
    /// <param name="cancellationToken">Ends the requests.</param>
    /// <returns>What is known of it; null when it was noted.</returns>
    public async Task<TaskRecord?> TryMarkSentAsync(
        TaskMessage message, string queue, DateTimeOffset? due, string request, CancellationToken cancellationToken)
    {
        var change = TaskChanges.Sent(message, queue, due, time.GetUtcNow());
        change[TaskRows.Unconfirmed] = true;
        change[TaskRows.Request] = request;
        var client = await table.GetAsync(cancellationToken);
        while (true)
        {
            try
            {
                await AddAsync(client, change, message, cancellationToken);
                Note(change);
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

    private static async Task AddAsync(
        TableClient client, TableEntity change, TaskMessage message, CancellationToken cancellationToken) =>
        await client.SubmitTransactionAsync(
            [new TableTransactionAction(TableTransactionActionType.Add, change), .. OthersOf(change, message)], cancellationToken);

    // What is written with the row of a task whose sender chose its id.
    private static IEnumerable<TableTransactionAction> OthersOf(TableEntity change, TaskMessage message)
    {
        if (Index(message) is { } index) yield return new TableTransactionAction(TableTransactionActionType.UpsertReplace, index);
        foreach (var mark in TaskMarks.ToActions(change.PartitionKey, TaskMarks.Of(change))) yield return mark;
    }

    // Where the id says nothing of the time, a row that does points to it.
    private static TableEntity? Index(TaskMessage message) => TaskKey.IndexRow(message.Id, message.Enqueued) is { } key
        ? new TableEntity(TaskKey.Partition(message.Id), key) { [TaskRows.IsIndex] = true } : null;

    // The row of a task that is forgotten, or one that says no more than that somebody wants it revoked.
    private static async Task<bool> TryTakeAsync(
        TableClient client, TableEntity change, TableEntity row, bool isForgotten, CancellationToken cancellationToken)
    {
        if (row.GetBoolean(TaskRows.Blobs) == true) change[TaskRows.Blobs] = true;
        return await client.TryUpdateAsync(
            change, row.ETag, isForgotten ? TableUpdateMode.Replace : TableUpdateMode.Merge, cancellationToken);
    }

    /// <summary>Notes that the message of a task is stored.</summary>
    public Task ConfirmAsync(string id)
    {
        var change = TaskRows.Change(id);
        change[TaskRows.Unconfirmed] = false;
        return writer.MergeAsync(change);
    }

    /// <summary>Notes that somebody wants the task revoked.</summary>
    public async Task RequestRevocationAsync(string id)
    {
        var change = TaskRows.Change(id);
        change[TaskRows.RevokeRequested] = true;

        // A chosen id says nothing of the time among whose rows it is listed.
        if (!TaskKey.IsGenerated(id) && await ReadAsync(id, CancellationToken.None) is { } row
            && row.GetDateTimeOffset(TaskRows.Enqueued) is { } sent) change[TaskRows.Enqueued] = sent;
        await StoreAsync(change);
    }

    /// <summary>Notes that the task came back from the dead letters and waits again; nothing, if it has run since.</summary>
    internal async Task MarkRedrivenAsync(TaskRun run, string queue, CancellationToken cancellationToken)
    {
        if (await OpenAsync(run, cancellationToken) is { } known && known.Redrives >= run.Message.Redrives) return;

        var change = TaskChanges.To(run.Message, TaskState.Pending);
        foreach (var (name, value) in TaskChanges.Describe(run.Message, queue)) change[name] = value;
        change[TaskRows.Due] = time.GetUtcNow();
        change[TaskRows.Forgotten] = time.GetUtcNow() + TaskChanges.Unended;
        await StoreAsync(change, run.Row);
    }

    /// <summary>
    /// Notes that an attempt starts, once it has run for a second: what ends before says so with its end. Need not be awaited.
    /// </summary>
    internal async Task MarkStartedAsync(TaskRun run)
    {
        var change = TaskChanges.To(run.Message, TaskState.Started);
        foreach (var (name, value) in TaskChanges.Describe(run.Message, run.Lane)) change[name] = value;
        change[TaskRows.Started] = time.GetUtcNow();
        change[TaskRows.Forgotten] = time.GetUtcNow() + TaskChanges.Unended;
        if (await writer.MergeSoonAsync(change, run.Row)) Note(change);
    }

    /// <summary>The attempt is over, whether or not it stored its end.</summary>
    internal void Leave(TaskRun run) => writer.Drop(TaskKey.Row(run.Message.Id), run.Row);

    /// <summary>Notes progress.</summary>
    internal Task MarkProgressAsync(TaskRun run, TaskProgress progress)
    {
        var change = TaskChanges.To(run.Message, TaskState.Progress);
        change[TaskRows.Current] = progress.Current;
        change[TaskRows.Total] = progress.Total;
        change[TaskRows.Status] = progress.Status ?? "";
        return StoreAsync(change, run.Row);
    }

    /// <summary>Stores the result.</summary>
    /// <param name="run">The attempt that succeeded.</param>
    /// <param name="result">UTF-8 JSON.</param>
    /// <param name="cancellationToken">Ends the upload.</param>
    internal async Task MarkSucceededAsync(TaskRun run, byte[] result, CancellationToken cancellationToken)
    {
        var change = TaskChanges.End(run.Message, TaskState.Success, time.GetUtcNow());
        change[TaskRows.ErrorMessage] = "";
        if (!result.AsSpan().SequenceEqual("null"u8))
        {
            var gzip = Gzip.Compress(result);
            if (gzip.Length <= MaxBytesInRow) change[TaskRows.Result] = gzip;
            else (change[TaskRows.ResultBlob], change[TaskRows.Blobs]) =
                (await blobs.WriteResultAsync(run.Message, gzip, cancellationToken), true);
        }

        await StoreWithLogAsync(change, run);
    }

    /// <summary>Notes that the attempt failed for good.</summary>
    internal Task MarkFailedAsync(TaskRun run, TaskError error) =>
        StoreWithLogAsync(TaskChanges.WithError(TaskChanges.End(run.Message, TaskState.Failure, time.GetUtcNow()), error), run);

    /// <summary>Notes that the task was revoked or expired.</summary>
    internal Task MarkRevokedAsync(TaskRun run, string reason) =>
        StoreWithLogAsync(
            TaskChanges.WithError(
                TaskChanges.End(run.Message, TaskState.Revoked, time.GetUtcNow()), new TaskError(null, null, reason)), run);

    /// <summary>Notes that the next run is scheduled.</summary>
    /// <param name="run">The run before.</param>
    /// <param name="next">The next one.</param>
    /// <param name="due">When it is.</param>
    /// <param name="error">Why there is another.</param>
    /// <param name="lane">Where it waits; null for the lane of the run before.</param>
    internal Task MarkRetriedAsync(TaskRun run, TaskMessage next, DateTimeOffset due, TaskError error, string? lane = null)
    {
        var change = TaskChanges.To(next, TaskState.Retry);
        if (lane is not null) change[TaskRows.Queue] = lane;
        change[TaskRows.Due] = due;
        change[TaskRows.Forgotten] = due + TaskChanges.Unended;
        if (next.ArgsBlob is not null) change[TaskRows.Blobs] = true;
        return StoreWithLogAsync(TaskChanges.WithError(change, error), run);
    }

    private Task StoreWithLogAsync(TableEntity change, TaskRun run)
    {
        if (run.TakeLog() is { } log) change[TaskRows.Log] = log;
        return StoreAsync(change, run.Row);
    }

    // Readers are told when they can see it.
    private async Task StoreAsync(TableEntity change, RowVersion? version = null)
    {
        await writer.MergeAsync(change, version);
        Note(change);
    }

    private void Note(TableEntity change)
    {
        var state = change.GetString(TaskRows.State) is { } stored ? stored.ToUpperInvariant()
            : change.ContainsKey(TaskRows.RevokeRequested) ? "REVOKED" : "PENDING";
        changes.Note(ChangeKinds.Task, TaskKey.IdOf(change.RowKey), state);
    }

    private async Task<TableEntity?> ReadAsync(string id, CancellationToken cancellationToken)
    {
        var client = await table.GetAsync(cancellationToken);
        var row = await client.FindAsync<TableEntity>(TaskKey.Partition(id), TaskKey.Row(id), cancellationToken);
        return row is not null && !TaskRows.IsForgotten(row, time.GetUtcNow()) ? row : null;
    }
}
