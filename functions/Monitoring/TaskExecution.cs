using System.Text.Json.Serialization;
using Serverless.Resilience;

namespace Serverless.Monitoring;

/// <summary>One run of a task that has ended.</summary>
/// <param name="TaskId">The task's id.</param>
/// <param name="Task">The task's name.</param>
/// <param name="Lane">The Service Bus queue it came from.</param>
/// <param name="Attempt">From 0.</param>
/// <param name="State">Success, retry, failure or revoked.</param>
/// <param name="Error">The error's class; null unless it failed.</param>
/// <param name="Started">When the handler was called.</param>
/// <param name="Duration">How long the handler took.</param>
/// <param name="AllocatedBytes">What the process allocated meanwhile, an upper bound when tasks run side by side.</param>
internal sealed record TaskExecution(
    string TaskId, string Task, string Lane, int Attempt, ExecutionState State,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] ErrorClass? Error, DateTimeOffset Started,
    [property: JsonPropertyName("durationMs"), JsonConverter(typeof(MillisecondsConverter))] TimeSpan Duration, long AllocatedBytes);
