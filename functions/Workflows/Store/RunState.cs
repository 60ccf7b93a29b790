using System.Text.Json.Serialization;

namespace Serverless.Workflows.Store;

/// <summary>The states of a run.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<RunState>))]
internal enum RunState
{
    /// <summary>Accepted, not begun.</summary>
    [JsonStringEnumMemberName("pending")] Pending,

    /// <summary>At work.</summary>
    [JsonStringEnumMemberName("running")] Running,

    /// <summary>Somebody suspended it; it begins nothing until it is resumed.</summary>
    [JsonStringEnumMemberName("suspended")] Suspended,

    /// <summary>It failed or was cancelled, and undoes what it has done; that is its state after it.</summary>
    [JsonStringEnumMemberName("undoing")] Undoing,

    /// <summary>Every step ended well or was skipped.</summary>
    [JsonStringEnumMemberName("completed")] Completed,

    /// <summary>A step failed, or the time was up.</summary>
    [JsonStringEnumMemberName("failed")] Failed,

    /// <summary>Somebody cancelled it.</summary>
    [JsonStringEnumMemberName("cancelled")] Cancelled,
}
