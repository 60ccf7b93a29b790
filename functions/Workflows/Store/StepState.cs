using System.Text.Json.Serialization;

namespace Serverless.Workflows.Store;

/// <summary>The states of a step of a run.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<StepState>))]
internal enum StepState
{
    /// <summary>Not begun.</summary>
    [JsonStringEnumMemberName("pending")] Pending,

    /// <summary>At work.</summary>
    [JsonStringEnumMemberName("running")] Running,

    /// <summary>It waits for its signal.</summary>
    [JsonStringEnumMemberName("waiting")] Waiting,

    /// <summary>It has its result.</summary>
    [JsonStringEnumMemberName("completed")] Completed,

    /// <summary>It failed for good.</summary>
    [JsonStringEnumMemberName("failed")] Failed,

    /// <summary>A branch that was not taken.</summary>
    [JsonStringEnumMemberName("skipped")] Skipped,

    /// <summary>It had completed, and was undone when the run failed or was cancelled.</summary>
    [JsonStringEnumMemberName("undone")] Undone,

    /// <summary>It ran when its run was stopped, or a neighbour failed.</summary>
    [JsonStringEnumMemberName("cancelled")] Cancelled,
}
