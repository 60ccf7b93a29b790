using Azure.Data.Tables;
using Serverless.Monitoring.Changes;

namespace Serverless.Tasks.Store;

/// <summary>The changes of a task's row: which columns each step of its life sets.</summary>
internal static class TaskChanges
{
    private const int MaxErrorLength = 1000;

    /// <summary>The time to live of a task that has not ended: longer than any message lives.</summary>
    public static readonly TimeSpan Unended = TimeSpan.FromDays(30);

    /// <summary>A task that was sent.</summary>
    public static TableEntity CreateSent(TaskMessage message, string queue, DateTimeOffset? due, DateTimeOffset now)
    {
        var change = Describe(message, queue);
        StoredArguments.Add(change, message);
        change[TaskRows.Forgotten] = (due ?? now) + Unended;
        if (due is not null) change[TaskRows.Due] = due;
        return change;
    }

    /// <summary>The columns that describe the task, whatever its state.</summary>
    public static TableEntity Describe(TaskMessage message, string queue)
    {
        var change = TaskRows.Change(message.Id);
        change[TaskRows.Task] = message.Task;
        change[TaskRows.Queue] = queue;
        change[TaskRows.Enqueued] = message.Enqueued;
        if (TaskTags.Join(message.Tags) is { } tags) change[TaskRows.Tags] = tags;
        if (message.Tenant is not null) change[TaskRows.Tenant] = message.Tenant;
        if (message.ParentId is not null) change[TaskRows.ParentId] = message.ParentId;
        if (message.WorkflowId is not null) change[TaskRows.WorkflowId] = message.WorkflowId;
        if (message.Batch is not null) change[TaskRows.Batch] = message.Batch;
        if (message.ArgsBlob is not null) change[TaskRows.Blobs] = true;
        return change;
    }

    /// <summary>An attempt's new state.</summary>
    public static TableEntity To(TaskMessage message, TaskState state)
    {
        var change = Of(message);
        change[TaskRows.State] = state.ToString();
        return change;
    }

    /// <summary>A change that an attempt makes, whatever its state.</summary>
    public static TableEntity Of(TaskMessage message)
    {
        var change = TaskRows.Change(message.Id);
        change[TaskRows.Attempt] = message.Attempt;
        change[TaskRows.Redrives] = message.Redrives;
        change[TaskRows.Deferrals] = message.Deferrals;
        return change;
    }

    /// <summary>An attempt's final state.</summary>
    public static TableEntity End(TaskMessage message, TaskState state, DateTimeOffset now)
    {
        var change = To(message, state);
        change[TaskRows.Ended] = now;
        change[TaskRows.Enqueued] = message.Enqueued;
        change[TaskRows.Forgotten] = now.AddSeconds(message.ResultTtlSeconds);

        // It may have other arguments than the attempt before, whose note of it may have come too late.
        if (message.Attempt > 0) StoredArguments.Replace(change, message);
        return change;
    }

    /// <summary>Adds an error.</summary>
    public static TableEntity WithError(TableEntity change, TaskError error)
    {
        change[TaskRows.ErrorClass] = error.Class?.ToString() ?? "";
        change[TaskRows.ErrorType] = error.Type ?? "";
        change[TaskRows.ErrorMessage] = error.Message.Length > MaxErrorLength ? error.Message[..MaxErrorLength] : error.Message;
        return change;
    }

    /// <summary>Tells those who follow tasks of a change that they can see.</summary>
    public static void NoteTask(this ChangeLog changes, TableEntity change)
    {
        var state = change.GetString(TaskRows.State) is { } stored ? stored.ToUpperInvariant()
            : change.ContainsKey(TaskRows.RevokeRequested) ? "REVOKED" : "PENDING";
        changes.Note(ChangeKinds.Task, TaskKey.IdOf(change.RowKey), state);
    }
}
