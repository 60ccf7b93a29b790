using System.Text.Json;
using Azure.Data.Tables;
using Serverless.Errors;

namespace Serverless.Tasks;

/// <summary>The table's columns, and how a row becomes a record.</summary>
internal static class TaskRows
{
    public const string State = "State", Task = "Task", Queue = "Queue", Tenant = "Tenant", ParentId = "ParentId", WorkflowId = "WorkflowId",
        Attempt = "Attempt", Redrives = "Redrives", Enqueued = "Enqueued", Started = "Started", Ended = "Ended", Due = "Due", Forgotten = "Forgotten",
        Current = "Current", Total = "Total", Status = "Status", Result = "Result", ResultBlob = "ResultBlob",
        ErrorClass = "ErrorClass", ErrorType = "ErrorType", ErrorMessage = "ErrorMessage", RevokeRequested = "RevokeRequested";

    /// <summary>A merge cannot remove a value, so a task that runs again is forgotten then.</summary>
    public static readonly DateTimeOffset Never = new(9999, 12, 31, 0, 0, 0, TimeSpan.Zero);

    /// <summary>A change of a task's row.</summary>
    public static TableEntity Change(string id) => new(TaskKey.Partition(id), id);

    /// <summary>The record of a row, without a result that lies in a blob.</summary>
    public static TaskRecord ToRecord(TableEntity row)
    {
        // A row without a state was sent and not started: a late write of the sender can never overwrite a state.
        var state = Enum.TryParse<TaskState>(row.GetString(State), out var stored) ? stored : TaskState.Pending;
        var revoking = row.GetBoolean(RevokeRequested) ?? false;
        if (revoking && state is (TaskState.Pending or TaskState.Retry)) state = TaskState.Revoked;
        return new TaskRecord
        {
            Id = row.RowKey,
            Task = row.GetString(Task),
            State = state,
            Queue = row.GetString(Queue),
            Tenant = row.GetString(Tenant),
            ParentId = row.GetString(ParentId),
            WorkflowId = row.GetString(WorkflowId),
            Attempt = row.GetInt32(Attempt) ?? 0,
            Redrives = row.GetInt32(Redrives) ?? 0,
            Enqueued = row.GetDateTimeOffset(Enqueued),
            Started = row.GetDateTimeOffset(Started),
            Ended = row.GetDateTimeOffset(Ended),
            Due = row.GetDateTimeOffset(Due),
            Forgotten = row.GetDateTimeOffset(Forgotten) is { } forgotten && forgotten < Never ? forgotten : null,
            Progress = row.GetInt64(Current) is { } current ? new TaskProgress(current, row.GetInt64(Total) ?? 0, row.GetString(Status)) : null,
            Result = row.GetBinary(Result) is { } gzip ? Json(gzip) : null,
            Error = row.GetString(ErrorMessage) is { Length: > 0 } message
                ? new TaskError(Enum.TryParse<ErrorClass>(row.GetString(ErrorClass), out var c) ? c : null, row.GetString(ErrorType), message)
                : null,
            RevokeRequested = revoking,
        };
    }

    /// <summary>Reads a result as it is stored.</summary>
    public static JsonElement Json(byte[] gzip) => JsonSerializer.Deserialize<JsonElement>(Gzip.Decompress(gzip));
}
