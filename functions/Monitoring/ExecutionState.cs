using System.Text.Json.Serialization;

namespace Serverless.Monitoring;

/// <summary>The outcomes of a run.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<ExecutionState>))]
internal enum ExecutionState
{
    /// <summary>With a result.</summary>
    [JsonStringEnumMemberName("SUCCESS")] Success,

    /// <summary>It failed, and another is scheduled.</summary>
    [JsonStringEnumMemberName("RETRY")] Retry,

    /// <summary>It failed for good.</summary>
    [JsonStringEnumMemberName("FAILURE")] Failure,

    /// <summary>It was cancelled, or too late to start.</summary>
    [JsonStringEnumMemberName("REVOKED")] Revoked,
}
