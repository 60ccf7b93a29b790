using System.Text.Json.Serialization;

namespace Serverless.Workflows;

/// <summary>The ways to run a workflow's task.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<TaskVia>))]
internal enum TaskVia
{
    /// <summary>
    /// As a message of the task's queue: with the runner's retries, dead letters and limits, beside all other tasks of that queue.
    /// </summary>
    [JsonStringEnumMemberName("queue")] Queue,

    /// <summary>In an activity of the orchestration: sooner and cheaper, for short tasks.</summary>
    [JsonStringEnumMemberName("activity")] Activity,
}
