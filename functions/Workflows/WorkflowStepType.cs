using System.Text.Json.Serialization;

namespace Serverless.Workflows;

/// <summary>The kinds of steps.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<WorkflowStepType>))]
internal enum WorkflowStepType
{
    /// <summary>Runs the task <see cref="WorkflowStep.Task"/> and has its result.</summary>
    [JsonStringEnumMemberName("task")] Task,

    /// <summary>Runs <see cref="WorkflowStep.Steps"/> side by side.</summary>
    [JsonStringEnumMemberName("parallel")] Parallel,

    /// <summary>Runs <see cref="WorkflowStep.Then"/> or <see cref="WorkflowStep.Else"/>.</summary>
    [JsonStringEnumMemberName("conditional")] Conditional,

    /// <summary>Runs <see cref="WorkflowStep.Task"/> for each of <see cref="WorkflowStep.Items"/>.</summary>
    [JsonStringEnumMemberName("map")] Map,

    /// <summary>Runs the workflow <see cref="WorkflowStep.Workflow"/> and has its output.</summary>
    [JsonStringEnumMemberName("workflow")] Workflow,

    /// <summary>Runs the orchestration <see cref="WorkflowStep.Orchestration"/> and has its output.</summary>
    [JsonStringEnumMemberName("orchestration")] Orchestration,

    /// <summary>Waits for the signal <see cref="WorkflowStep.Signal"/> and has its payload.</summary>
    [JsonStringEnumMemberName("wait")] Wait,

    /// <summary>Waits until somebody approves, and has the decision.</summary>
    [JsonStringEnumMemberName("approval")] Approval,
}
