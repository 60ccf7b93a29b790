using Serverless.Resilience;

namespace Serverless.Monitoring;

/// <summary>Which executions to list.</summary>
/// <param name="Since">Ended at or after this time.</param>
/// <param name="Task">Of this task; null for all.</param>
/// <param name="State">That ended so; null for all.</param>
/// <param name="Error">That failed so; null for all.</param>
/// <param name="Top">The most that are listed.</param>
internal sealed record ExecutionQuery(
    DateTimeOffset Since, string? Task = null, ExecutionState? State = null, ErrorClass? Error = null, int Top = 100)
{
    internal bool Takes(TaskExecution execution) =>
        (Task is null || execution.Task == Task) && (State is null || execution.State == State)
            && (Error is null || execution.Error == Error);
}
