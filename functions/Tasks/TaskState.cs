using System.Text.Json.Serialization;

namespace Serverless.Tasks;

/// <summary>The states of a task; Celery's names.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<TaskState>))]
internal enum TaskState
{
    /// <summary>Sent, not started.</summary>
    [JsonStringEnumMemberName("PENDING")] Pending,

    /// <summary>A worker runs it.</summary>
    [JsonStringEnumMemberName("STARTED")] Started,

    /// <summary>It runs and has reported progress.</summary>
    [JsonStringEnumMemberName("PROGRESS")] Progress,

    /// <summary>An attempt failed and another is scheduled.</summary>
    [JsonStringEnumMemberName("RETRY")] Retry,

    /// <summary>Done; the result is stored.</summary>
    [JsonStringEnumMemberName("SUCCESS")] Success,

    /// <summary>Given up; see the dead letters.</summary>
    [JsonStringEnumMemberName("FAILURE")] Failure,

    /// <summary>Cancelled or expired.</summary>
    [JsonStringEnumMemberName("REVOKED")] Revoked,
}
