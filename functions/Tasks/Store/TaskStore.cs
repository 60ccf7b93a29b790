using System.Runtime.CompilerServices;
using Azure;
using Azure.Data.Tables;
using Serverless.Monitoring.Changes;
using Serverless.Storage;

namespace Serverless.Tasks.Store;

/// <summary>
/// States in a table, results as gzip JSON: in the row up to 16 KB, so that a small result needs no request of its own, else in a blob.
/// Both are forgotten after the result's time to live.
/// </summary>
public sealed class TaskStore(TaskTableWriter writer, LazyTable table, TaskBlobs blobs, TimeProvider time, ChangeLog changes)
{
    // A hundred rows of this size, as base64, still fit a transaction of 4 MiB.
    private const int MaxBytesInRow = 16 * 1024;
    private const int MaxErrorLength = 1000;

    private const int ListedRows = 1000;

    // Long enough for somebody to see it.
    private static readonly TimeSpan LostFor = TimeSpan.FromDays(1);

    // A task that was never run, or whose host is gone for good, is forgotten too: longer than any message lives.
    private static readonly TimeSpan Unended = TimeSpan.FromDays(30);

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
        return TaskRows.ToRecord(row);
    }

    /// <summary>Notes a task that is being sent. Never changes its state: it may have started meanwhile.</summary>
    /// <param name="message">The task.</param>
    /// <param name="queue">Where it goes.</param>
    /// <param name="due">When it may start; null for at once.</param>
    public Task SentAsync(TaskMessage message, string queue, DateTimeOffset? due) => StoreAsync(Sent(message, queue, due));

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
    public async Task<TaskRecord?> TrySentAsync(
        TaskMessage message, string queue, DateTimeOffset? due, string request, CancellationToken cancellationToken)
    {
        var change = Sent(message, queue, due);
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
                var isForgotten = IsForgotten(found.Value!, time.GetUtcNow()) || TaskRows.IsLost(found.Value!);
                if (!isForgotten && found.Value!.GetString(TaskRows.Task) is not null) return TaskRows.ToRecord(found.Value);
                if (await TryTakeAsync(client, change, found.Value!, isForgotten, cancellationToken))
                {
                    await AddIndexAsync(client, message, cancellationToken);
                    return null;
                }
            }
        }
    }

    private static Task AddAsync(TableClient client, TableEntity change, TaskMessage message, CancellationToken cancellationToken) =>
        Index(message) is { } index
            ? client.SubmitTransactionAsync(
                [new TableTransactionAction(TableTransactionActionType.Add, change),
                    new TableTransactionAction(TableTransactionActionType.UpsertReplace, index)], cancellationToken)
            : client.AddEntityAsync(change, cancellationToken);

    private static async Task AddIndexAsync(TableClient client, TaskMessage message, CancellationToken cancellationToken)
    {
        if (Index(message) is { } index) await client.UpsertEntityAsync(index, TableUpdateMode.Replace, cancellationToken);
    }

    // Where the id says nothing of the time, a row that does points to it.
    private static TableEntity? Index(TaskMessage message) => TaskKey.IndexRow(message.Id, message.Enqueued) is { } key
        ? new TableEntity(TaskKey.Partition(message.Id), key) { [TaskRows.IsIndex] = true } : null;

    // The row of a task that is forgotten, or one that says no more than that somebody wants it revoked.
    private static async Task<bool> TryTakeAsync(
        TableClient client, TableEntity change, TableEntity row, bool isForgotten, CancellationToken cancellationToken)
    {
        try
        {
            if (row.GetBoolean(TaskRows.Blobs) == true) change[TaskRows.Blobs] = true;
            await client.UpdateEntityAsync(
                change, row.ETag, isForgotten ? TableUpdateMode.Replace : TableUpdateMode.Merge, cancellationToken);
            return true;
        }
        catch (RequestFailedException e) when (e.Status is 404 or 412)
        {
            return false;
        }
    }

    private TableEntity Sent(TaskMessage message, string queue, DateTimeOffset? due)
    {
        var change = Describe(message, queue);
        change[TaskRows.Forgotten] = (due ?? time.GetUtcNow()) + Unended;
        if (due is not null) change[TaskRows.Due] = due;
        return change;
    }

    /// <summary>Notes that the message of a task is stored.</summary>
    public Task ConfirmAsync(string id)
    {
        var change = TaskRows.Change(id);
        change[TaskRows.Unconfirmed] = false;
        return writer.MergeAsync(change);
    }

    /// <summary>Notes that somebody wants the task revoked.</summary>
    public Task RequestRevocationAsync(string id)
    {
        var change = TaskRows.Change(id);
        change[TaskRows.RevokeRequested] = true;
        return StoreAsync(change);
    }

    /// <summary>Notes that the task came back from the dead letters and waits again; nothing, if it has run since.</summary>
    internal async Task RedrivenAsync(TaskRun run, string queue, CancellationToken cancellationToken)
    {
        if (await OpenAsync(run, cancellationToken) is { } known && known.Redrives >= run.Message.Redrives) return;

        var change = Change(run.Message, TaskState.Pending);
        foreach (var (name, value) in Describe(run.Message, queue)) change[name] = value;
        change[TaskRows.Due] = time.GetUtcNow();
        change[TaskRows.Forgotten] = time.GetUtcNow() + Unended;
        await StoreAsync(change, run.Row);
    }

    /// <summary>
    /// Notes that an attempt starts, once it has run for a second: what ends before says so with its end. Need not be awaited.
    /// </summary>
    internal async Task StartedAsync(TaskRun run)
    {
        var change = Change(run.Message, TaskState.Started);
        foreach (var (name, value) in Describe(run.Message, run.Lane)) change[name] = value;
        change[TaskRows.Started] = time.GetUtcNow();
        change[TaskRows.Forgotten] = time.GetUtcNow() + Unended;
        if (await writer.MergeSoonAsync(change, run.Row)) Note(change);
    }

    /// <summary>The attempt is over, whether or not it stored its end.</summary>
    internal void Left(TaskRun run) => writer.Drop(TaskKey.Row(run.Message.Id), run.Row);

    /// <summary>Notes progress.</summary>
    internal Task ProgressAsync(TaskRun run, TaskProgress progress)
    {
        var change = Change(run.Message, TaskState.Progress);
        change[TaskRows.Current] = progress.Current;
        change[TaskRows.Total] = progress.Total;
        change[TaskRows.Status] = progress.Status ?? "";
        return StoreAsync(change, run.Row);
    }

    /// <summary>Stores the result.</summary>
    /// <param name="run">The attempt that succeeded.</param>
    /// <param name="result">UTF-8 JSON.</param>
    /// <param name="cancellationToken">Ends the upload.</param>
    internal async Task SucceededAsync(TaskRun run, byte[] result, CancellationToken cancellationToken)
    {
        var change = End(run.Message, TaskState.Success);
        change[TaskRows.ErrorMessage] = "";
        if (!result.AsSpan().SequenceEqual("null"u8))
        {
            var gzip = Gzip.Compress(result);
            if (gzip.Length <= MaxBytesInRow) change[TaskRows.Result] = gzip;
            else (change[TaskRows.ResultBlob], change[TaskRows.Blobs]) =
                (await blobs.WriteResultAsync(run.Message, gzip, cancellationToken), true);
        }

        await StoreAsync(change, run.Row);
    }

    /// <summary>Notes that the attempt failed for good.</summary>
    internal Task FailedAsync(TaskRun run, TaskError error) =>
        StoreAsync(WithError(End(run.Message, TaskState.Failure), error), run.Row);

    /// <summary>Notes that the task was revoked or expired.</summary>
    internal Task RevokedAsync(TaskRun run, string reason) =>
        StoreAsync(WithError(End(run.Message, TaskState.Revoked), new TaskError(null, null, reason)), run.Row);

    /// <summary>Notes that the next run is scheduled.</summary>
    internal Task RetriedAsync(TaskRun run, TaskMessage next, DateTimeOffset due, TaskError error)
    {
        var change = Change(next, TaskState.Retry);
        change[TaskRows.Due] = due;
        change[TaskRows.Forgotten] = due + Unended;
        if (next.ArgsBlob is not null) change[TaskRows.Blobs] = true;
        return StoreAsync(WithError(change, error), run.Row);
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
    internal async Task<bool> TryLoseAsync(WaitingTask task, string reason, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var change = TaskRows.Change(task.Id);
        change[TaskRows.State] = nameof(TaskState.Failure);
        change[TaskRows.ErrorMessage] = reason;
        change[TaskRows.Lost] = change[TaskRows.Ended] = now;
        change[TaskRows.Forgotten] = now + LostFor;
        var client = await table.GetAsync(cancellationToken);
        try
        {
            await client.UpdateEntityAsync(change, task.Version, TableUpdateMode.Merge, cancellationToken);
            Note(change);
            return true;
        }
        catch (RequestFailedException e) when (e.Status is 404 or 412)
        {
            return false;
        }
    }

    /// <summary>Deletes what is forgotten.</summary>
    /// <returns>How many tasks.</returns>
    public async Task<int> PurgeExpiredAsync(CancellationToken cancellationToken)
    {
        var client = await table.GetAsync(cancellationToken);
        var purged = 0;
        var filter = TableClient.CreateQueryFilter($"Forgotten le {time.GetUtcNow()}");
        await foreach (var page in client.QueryAsync<TableEntity>(
            filter, 50, [TaskRows.PartitionKey, TaskRows.RowKey, TaskRows.State, TaskRows.Blobs, TaskRows.Enqueued], cancellationToken)
            .AsPages())
        {
            foreach (var row in page.Values.Where(r => r.GetBoolean(TaskRows.Blobs) == true))
            {
                // A dead letter needs its arguments for as long as it waits; the container's own life cycle ends them.
                await blobs.DeleteAsync(
                    TaskKey.IdOf(row.RowKey), keepArguments: row.GetString(TaskRows.State) == nameof(TaskState.Failure), cancellationToken);
            }

            // One that came back from the dead letters meanwhile has another tag, and stays.
            purged += await RowDeletion.RunAsync(client, page.Values, cancellationToken);
            await RowDeletion.RunAsync(client, page.Values.Select(IndexOf).OfType<TableEntity>(), cancellationToken);
        }

        return purged;
    }

    private static TableEntity? IndexOf(TableEntity row) =>
        row.GetDateTimeOffset(TaskRows.Enqueued) is { } sent && TaskKey.IndexRow(TaskKey.IdOf(row.RowKey), sent) is { } key
            ? new TableEntity(row.PartitionKey, key) { ETag = ETag.All } : null;

    private async Task<TableEntity?> ReadAsync(string id, CancellationToken cancellationToken)
    {
        var client = await table.GetAsync(cancellationToken);
        var found = await client.GetEntityIfExistsAsync<TableEntity>(
            TaskKey.Partition(id), TaskKey.Row(id), cancellationToken: cancellationToken);
        return found is { HasValue: true, Value: { } row } && !IsForgotten(row, time.GetUtcNow()) ? row : null;
    }

    private static bool IsForgotten(TableEntity row, DateTimeOffset now) => row.GetDateTimeOffset(TaskRows.Forgotten) <= now;

    private static TableEntity Describe(TaskMessage message, string queue)
    {
        var change = TaskRows.Change(message.Id);
        change[TaskRows.Task] = message.Task;
        change[TaskRows.Queue] = queue;
        change[TaskRows.Enqueued] = message.Enqueued;
        if (message.Tenant is not null) change[TaskRows.Tenant] = message.Tenant;
        if (message.ParentId is not null) change[TaskRows.ParentId] = message.ParentId;
        if (message.WorkflowId is not null) change[TaskRows.WorkflowId] = message.WorkflowId;
        if (message.ArgsBlob is not null) change[TaskRows.Blobs] = true;
        return change;
    }

    private static TableEntity Change(TaskMessage message, TaskState state)
    {
        var change = TaskRows.Change(message.Id);
        change[TaskRows.State] = state.ToString();
        change[TaskRows.Attempt] = message.Attempt;
        change[TaskRows.Redrives] = message.Redrives;
        change[TaskRows.Deferrals] = message.Deferrals;
        return change;
    }

    private TableEntity End(TaskMessage message, TaskState state)
    {
        var now = time.GetUtcNow();
        var change = Change(message, state);
        change[TaskRows.Ended] = now;
        change[TaskRows.Forgotten] = now.AddSeconds(message.ResultTtlSeconds);
        return change;
    }

    private static TableEntity WithError(TableEntity change, TaskError error)
    {
        change[TaskRows.ErrorClass] = error.Class?.ToString() ?? "";
        change[TaskRows.ErrorType] = error.Type ?? "";
        change[TaskRows.ErrorMessage] = error.Message.Length > MaxErrorLength ? error.Message[..MaxErrorLength] : error.Message;
        return change;
    }
}
