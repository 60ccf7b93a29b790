using System.Text.Json.Serialization;

namespace Serverless.Workflows;

/// <summary>The rule for a step whose time is up.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<TimeoutRule>))]
internal enum TimeoutRule
{
    /// <summary>It fails, and the run with it.</summary>
    [JsonStringEnumMemberName("fail")] Fail,

    /// <summary>It ends with <see cref="WorkflowStep.Default"/>.</summary>
    [JsonStringEnumMemberName("continue")] Continue,
}
