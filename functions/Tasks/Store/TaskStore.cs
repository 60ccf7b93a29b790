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
            TaskKey.BuildPartition(id), TaskKey.BuildRow(id), [TaskRows.Log, TaskRows.Forgotten], cancellationToken);
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
    public async Task MarkSentAsync(TaskMessage message, string queue, DateTimeOffset? due)
    {
        var change = TaskChanges.CreateSent(message, queue, due, time.GetUtcNow());
        await writer.MergeSentAsync(change);
        changes.NoteTask(change);
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
        StoredArguments.Replace(change, run.Message);
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
        if (await writer.MergeSoonAsync(change, run.Row)) changes.NoteTask(change);
    }

    /// <summary>The attempt is over, whether or not it stored its end.</summary>
    internal void Leave(TaskRun run) => writer.Drop(TaskKey.BuildRow(run.Message.Id), run.Row);

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
        if (next.Attempt > run.Message.Attempt) StoredArguments.Replace(change, next);
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
        changes.NoteTask(change);
    }

    private async Task<TableEntity?> ReadAsync(string id, CancellationToken cancellationToken)
    {
        var client = await table.GetAsync(cancellationToken);
        var row = await client.FindAsync<TableEntity>(TaskKey.BuildPartition(id), TaskKey.BuildRow(id), cancellationToken);
        return row is not null && !TaskRows.IsForgotten(row, time.GetUtcNow()) ? row : null;
    }
}
