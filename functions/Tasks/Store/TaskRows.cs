using System.Text.Json;
using Azure.Data.Tables;
using Serverless.Resilience;
using Serverless.Storage;

namespace Serverless.Tasks.Store;

/// <summary>The table's columns, and how a row becomes a record.</summary>
internal static class TaskRows
{
    /// <summary>The table's name.</summary>
    public const string TableName = "TaskStates";

    public const string PartitionKey = "PartitionKey", RowKey = "RowKey", State = "State", Task = "Task", Queue = "Queue", Tenant =
        "Tenant", ParentId = "ParentId", WorkflowId = "WorkflowId",
        Attempt = "Attempt", Redrives = "Redrives", Deferrals = "Deferrals", Enqueued = "Enqueued", Started = "Started", Ended = "Ended",
        Due = "Due", Forgotten = "Forgotten",
        Current = "Current", Total = "Total", Status = "Status", Result = "Result", ResultBlob = "ResultBlob",
        ErrorClass = "ErrorClass", ErrorType = "ErrorType", ErrorMessage = "ErrorMessage", RevokeRequested = "RevokeRequested",
        Unconfirmed = "Unconfirmed", Blobs = "Blobs", Request = "Request", Lost = "Lost", IsIndex = "IsIndex", Log = "Log", Tags = "Tags",
        Batch = "Batch", Uncounted = "Uncounted", Args = "Args", ArgsBlob = "ArgsBlob", ArgsMissing = "ArgsMissing";

    /// <summary>The form of its keys: the first had no marks.</summary>
    public static readonly TableForm Form = new(
        TableName, 2, [.. TaskKey.AllPartitions.Select(p => new MovedPartition(
            p, row => TaskMarks.Of(row).Select(mark => new TableEntity(row.PartitionKey, mark)), Stays: true))]);

    /// <summary>A change of a task's row.</summary>
    public static TableEntity Change(string id) => new(TaskKey.BuildPartition(id), TaskKey.BuildRow(id));

    /// <summary>The record of a row, without a result that lies in a blob.</summary>
    public static TaskRecord ToRecord(TableEntity row)
    {
        var state = StateOf(row);
        var revoking = row.GetBoolean(RevokeRequested) ?? false;
        if (revoking && state is (TaskState.Pending or TaskState.Retry)) state = TaskState.Revoked;
        return new TaskRecord
        {
            Id = TaskKey.IdOf(row.RowKey),
            Task = row.GetString(Task),
            State = state,
            Queue = row.GetString(Queue),
            Tenant = row.GetString(Tenant),
            Tags = TaskTags.Split(row.GetString(Tags)),
            ParentId = row.GetString(ParentId),
            WorkflowId = row.GetString(WorkflowId),
            Batch = row.GetString(Batch),
            Attempt = row.GetInt32(Attempt) ?? 0,
            Redrives = row.GetInt32(Redrives) ?? 0,
            Deferrals = row.GetInt32(Deferrals) ?? 0,
            Enqueued = row.GetDateTimeOffset(Enqueued),
            Started = row.GetDateTimeOffset(Started),
            Ended = IsFinal(state) ? row.GetDateTimeOffset(Ended) : null,
            Due = row.GetDateTimeOffset(Due),
            Forgotten = IsFinal(state) ? row.GetDateTimeOffset(Forgotten) : null,
            Args = row.GetBinary(Args) is { Length: > 0 } args ? StoredArguments.Read(args) : null,
            ArgsBlob = row.GetString(ArgsBlob) is { Length: > 0 } blob ? $"{TaskBlobs.Container}/{blob}" : null,
            ArgsMissing = row.GetString(ArgsBlob) is not { Length: > 0 } && row.GetString(ArgsMissing) is { Length: > 0 } why ? why : null,
            Progress = row.GetInt64(Current) is { } current
                ? new TaskProgress(current, row.GetInt64(Total) ?? 0, row.GetString(Status)) : null,
            Result = row.GetBinary(Result) is { } gzip ? ReadJson(gzip) : null,
            Error = row.GetString(ErrorMessage) is { Length: > 0 } message
                ? new TaskError(
                    Enum.TryParse<ErrorClass>(row.GetString(ErrorClass), out var c) ? c : null, row.GetString(ErrorType), message)
                : null,
            RevokeRequested = revoking,
            IsUnconfirmed = row.GetBoolean(Unconfirmed) ?? false,
            Request = row.GetString(Request),
            IsLost = IsLost(row),
        };
    }

    /// <summary>True when the task has ended.</summary>
    public static bool HasEnded(TableEntity row) => IsFinal(StateOf(row));

    /// <summary>
    /// True when it was failed because no queue seemed to hold its message. Should the message come after all, it runs: its own end is
    /// another one, and stays.
    /// </summary>
    public static bool IsLost(TableEntity row) =>
        row.GetDateTimeOffset(Lost) is { } lost && lost == row.GetDateTimeOffset(Ended) && StateOf(row) == TaskState.Failure;

    /// <summary>True when its time to live is over.</summary>
    public static bool IsForgotten(TableEntity row, DateTimeOffset now) => row.GetDateTimeOffset(Forgotten) <= now;

    /// <summary>
    /// True when a change still may follow what the row says: no older attempt overwrites a newer one, and what has ended stays so until it
    /// comes back from the dead letters.
    /// </summary>
    public static bool MayFollow(TableEntity current, TableEntity change)
    {
        var (now, then) = (RunOf(current), RunOf(change));
        if (then.Redrives > now.Redrives) return true;
        if (IsFinal(StateOf(current)) && !IsLost(current)) return false;

        // The next attempt may have started before the one that scheduled it could say so.
        var order = then.CompareTo(now);
        return order > 0
            || (order == 0 && (StateOf(change) != TaskState.Retry || StateOf(current) is TaskState.Pending or TaskState.Retry));
    }

    /// <summary>Which of the task's runs a row tells of.</summary>
    public static (int Redrives, int Attempt, int Deferrals) RunOf(TableEntity row) =>
        (row.GetInt32(Redrives) ?? 0, row.GetInt32(Attempt) ?? 0, row.GetInt32(Deferrals) ?? 0);

    // A row without a state was sent and not started: a late write of the sender can never overwrite a state.
    private static TaskState StateOf(TableEntity row) =>
        Enum.TryParse<TaskState>(row.GetString(State), out var stored) ? stored : TaskState.Pending;

    private static bool IsFinal(TaskState state) => state is TaskState.Success or TaskState.Failure or TaskState.Revoked;

    /// <summary>Reads a result as it is stored.</summary>
    public static JsonElement ReadJson(byte[] gzip) => JsonSerializer.Deserialize<JsonElement>(Gzip.Decompress(gzip));
}
