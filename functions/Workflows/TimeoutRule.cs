using System.Text.Json.Serialization;

namespace Serverless.Workflows;

/// <summary>The rule for a step whose time is up, or whose approval is refused.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<TimeoutRule>))]
internal enum TimeoutRule
{
    /// <summary>It fails, and the run with it.</summary>
    [JsonStringEnumMemberName("fail")] Fail,

    /// <summary>It ends with <see cref="WorkflowStep.Default"/>, or with the decision.</summary>
    [JsonStringEnumMemberName("continue")] Continue,
}
