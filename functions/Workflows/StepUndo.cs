using System.Text.Json;

namespace Serverless.Workflows;

/// <summary>
/// The task that undoes a step. Those of a run that fails, or is cancelled so, are run one after the other, the last step's first.
/// </summary>
/// <param name="Task">The task's name.</param>
internal sealed record StepUndo(string Task)
{
    /// <summary>Its arguments; may refer to the step's own result, too.</summary>
    public JsonElement? Args { get; init; }

    /// <summary>The rule for further tries; null leaves that to the handler.</summary>
    public WorkflowRetry? Retry { get; init; }

    /// <summary>A queue of <c>infra/queues.json</c>, instead of the task's own.</summary>
    public string? Queue { get; init; }

    /// <summary>The way to run it.</summary>
    public TaskVia Via { get; init; }
}
