using System.Text.Json;
using Azure.Data.Tables;
using Azure.Storage.Blobs.Models;
using Serverless.Errors;
using Serverless.Storage;

namespace Serverless.Tasks;

/// <summary>
/// States in a table, results as gzip JSON: in the row up to 16 KB, so that a small result needs no request of its own, else in a blob.
/// Both are forgotten after the result's time to live.
/// </summary>
public sealed class TaskStore(TaskTableWriter writer, TaskTableReader reader, LazyTable table, Containers containers, TimeProvider time)
{
    /// <summary>The container of results that do not fit a row.</summary>
    public const string ResultContainer = "results";

    // A hundred rows of this size, as base64, still fit a transaction of 4 MiB.
    private const int LargestInRow = 16 * 1024;

    /// <summary>The task's record with its result; null when it is unknown or forgotten.</summary>
    public async Task<TaskRecord?> FindAsync(string id, CancellationToken cancellationToken = default)
    {
        if (await reader.FindAsync(id, cancellationToken) is not { } row) return null;

        var record = TaskRows.ToRecord(row);
        if (record.Forgotten <= time.GetUtcNow()) return null;
        return row.GetString(TaskRows.ResultBlob) is { } blob
            ? record with { Result = TaskRows.Json(await DownloadAsync(blob, cancellationToken)) }
            : record;
    }

    /// <summary>Notes a task that is being sent. Never changes its state: it may have started meanwhile.</summary>
    public Task SentAsync(TaskMessage message, string queue, DateTimeOffset? due)
    {
        var change = Describe(message, queue);
        if (due is not null) change[TaskRows.Due] = due;
        return writer.MergeAsync(change);
    }

    /// <summary>Notes that an attempt starts. Need not be awaited: the end of the attempt comes with a later change.</summary>
    public Task StartedAsync(TaskMessage message, string queue)
    {
        var change = Describe(message, queue);
        change[TaskRows.State] = Name(TaskState.Started);
        change[TaskRows.Attempt] = message.Attempt;
        change[TaskRows.Redrives] = message.Redrives;
        change[TaskRows.Started] = time.GetUtcNow();
        change[TaskRows.Forgotten] = TaskRows.Never;
        return writer.MergeAsync(change);
    }

    /// <summary>Notes progress.</summary>
    public Task ProgressAsync(string id, TaskProgress progress)
    {
        var change = TaskRows.Change(id);
        change[TaskRows.State] = Name(TaskState.Progress);
        change[TaskRows.Current] = progress.Current;
        change[TaskRows.Total] = progress.Total;
        change[TaskRows.Status] = progress.Status ?? "";
        return writer.MergeAsync(change);
    }

    /// <summary>Stores the result.</summary>
    /// <param name="message">The attempt that succeeded.</param>
    /// <param name="result">UTF-8 JSON.</param>
    /// <param name="cancellationToken">Ends the upload.</param>
    public async Task SucceededAsync(TaskMessage message, byte[] result, CancellationToken cancellationToken)
    {
        var change = End(message, TaskState.Success);
        var gzip = Gzip.Compress(result);
        if (gzip.Length <= LargestInRow) change[TaskRows.Result] = gzip;
        else change[TaskRows.ResultBlob] = await UploadAsync($"tasks/{message.Id}/{message.Attempt}.json.gz", gzip, cancellationToken);
        change[TaskRows.ErrorMessage] = "";
        await writer.MergeAsync(change);
    }

    /// <summary>Notes that the attempt failed for good.</summary>
    public Task FailedAsync(TaskMessage message, TaskError error) => writer.MergeAsync(WithError(End(message, TaskState.Failure), error));

    /// <summary>Notes that the task was revoked or expired.</summary>
    public Task RevokedAsync(TaskMessage message, string reason) =>
        writer.MergeAsync(WithError(End(message, TaskState.Revoked), new TaskError(null, null, reason)));

    /// <summary>Notes that the next attempt is scheduled.</summary>
    public Task RetriedAsync(TaskMessage next, DateTimeOffset due, TaskError error)
    {
        var change = TaskRows.Change(next.Id);
        change[TaskRows.State] = Name(TaskState.Retry);
        change[TaskRows.Attempt] = next.Attempt;
        change[TaskRows.Due] = due;
        return writer.MergeAsync(WithError(change, error));
    }

    /// <summary>Asks the worker to drop the task, whether it waits or runs.</summary>
    public Task RequestRevocationAsync(string id)
    {
        var change = TaskRows.Change(id);
        change[TaskRows.RevokeRequested] = true;
        return writer.MergeAsync(change);
    }

    /// <summary>A page of records without their results, in no particular order.</summary>
    /// <param name="query">What they must be like.</param>
    /// <param name="continuation">From the page before; null for the first.</param>
    /// <param name="cancellationToken">Ends the read.</param>
    public async Task<TaskPage> ListAsync(TaskQuery query, string? continuation, CancellationToken cancellationToken)
    {
        var client = await table.GetAsync(cancellationToken);
        await foreach (var page in client.QueryAsync<TableEntity>(query.ToFilter(), query.PageSize, cancellationToken: cancellationToken).AsPages(continuation, query.PageSize))
        {
            var now = time.GetUtcNow();
            var records = page.Values.Select(TaskRows.ToRecord).Where(r => !(r.Forgotten <= now) && (query.State is null || r.State == query.State)).ToList();
            return new TaskPage(records, page.ContinuationToken);
        }

        return new TaskPage([], null);
    }

    /// <summary>Deletes what is forgotten.</summary>
    /// <returns>How many tasks.</returns>
    public async Task<int> PurgeForgottenAsync(CancellationToken cancellationToken)
    {
        var client = await table.GetAsync(cancellationToken);
        var now = time.GetUtcNow();
        var purged = 0;
        await foreach (var page in client.QueryAsync<TableEntity>(TableClient.CreateQueryFilter($"Forgotten le {now}"), 100, cancellationToken: cancellationToken).AsPages())
        {
            foreach (var row in page.Values)
            {
                if (row.GetString(TaskRows.ResultBlob) is not { } blob) continue;
                var container = await containers.GetAsync(ResultContainer, cancellationToken);
                await container.DeleteBlobIfExistsAsync(blob, cancellationToken: cancellationToken);
            }

            foreach (var partition in page.Values.GroupBy(r => r.PartitionKey))
                await client.SubmitTransactionAsync(partition.Select(r => new TableTransactionAction(TableTransactionActionType.Delete, new TableEntity(r.PartitionKey, r.RowKey))), cancellationToken);
            purged += page.Values.Count;
        }

        return purged;
    }

    private static TableEntity Describe(TaskMessage message, string queue)
    {
        var change = TaskRows.Change(message.Id);
        change[TaskRows.Task] = message.Task;
        change[TaskRows.Queue] = queue;
        change[TaskRows.Enqueued] = message.Enqueued;
        if (message.Tenant is not null) change[TaskRows.Tenant] = message.Tenant;
        if (message.ParentId is not null) change[TaskRows.ParentId] = message.ParentId;
        if (message.WorkflowId is not null) change[TaskRows.WorkflowId] = message.WorkflowId;
        return change;
    }

    private TableEntity End(TaskMessage message, TaskState state)
    {
        var now = time.GetUtcNow();
        var change = TaskRows.Change(message.Id);
        change[TaskRows.State] = Name(state);
        change[TaskRows.Attempt] = message.Attempt;
        change[TaskRows.Redrives] = message.Redrives;
        change[TaskRows.Ended] = now;
        change[TaskRows.Forgotten] = now.AddSeconds(message.ResultTtlSeconds);
        return change;
    }

    private static TableEntity WithError(TableEntity change, TaskError error)
    {
        change[TaskRows.ErrorClass] = error.Class?.ToString() ?? "";
        change[TaskRows.ErrorType] = error.Type ?? "";
        change[TaskRows.ErrorMessage] = error.Message.Length > 1000 ? error.Message[..1000] : error.Message;
        return change;
    }

    private static string Name(TaskState state) => state.ToString();

    private async Task<string> UploadAsync(string name, byte[] gzip, CancellationToken cancellationToken)
    {
        var container = await containers.GetAsync(ResultContainer, cancellationToken);
        await container.GetBlobClient(name).UploadAsync(
            BinaryData.FromBytes(gzip), new BlobUploadOptions { HttpHeaders = new() { ContentType = "application/json", ContentEncoding = "gzip" } }, cancellationToken);
        return name;
    }

    private async Task<byte[]> DownloadAsync(string name, CancellationToken cancellationToken)
    {
        var container = await containers.GetAsync(ResultContainer, cancellationToken);
        var blob = await container.GetBlobClient(name).DownloadContentAsync(cancellationToken);
        return blob.Value.Content.ToArray();
    }
}
