using System.Text.Json;

namespace Serverless.Workflows;

/// <summary>
/// An orchestration that workflows may run as a step. Register one in the services (<c>AddSingleton(p =&gt; new
/// WorkflowOrchestration(...))</c>); a step names it with <c>"type": "orchestration", "orchestration": "&lt;name&gt;"</c>.
/// </summary>
/// <param name="Name">How steps name it: lower-case letters, digits, underscores and dots.</param>
/// <param name="Function">The orchestrator's function name; it is called as a sub-orchestration, and its output is the step's
/// result.</param>
/// <param name="PrepareAsync">
/// Turns the step's arguments into the orchestrator's input, and does what a client would do before it starts it. Runs in an activity, at
/// least once: the same request must lead to the same input. A <see cref="Errors.TaskValidationException"/> fails the step for good.
/// </param>
/// <param name="StopAsync">
/// Called, in an activity, for a step whose run was cancelled or timed out, before its instance is terminated. Null: terminating is enough.
/// </param>
/// <param name="ResultType">The type of the orchestrator's output, so that steps see it named as results of tasks are; null leaves it as it
/// is.</param>
internal sealed record WorkflowOrchestration(
    string Name,
    string Function,
    Func<OrchestrationRequest, CancellationToken, Task<OrchestrationStart>> PrepareAsync,
    Func<string, CancellationToken, Task>? StopAsync = null,
    Type? ResultType = null);

/// <summary>A step that wants an orchestration run.</summary>
/// <param name="RunId">The workflow run.</param>
/// <param name="Step">The step's name; with the run's id, it is what tells this request from all others.</param>
/// <param name="Args">The step's arguments, their references resolved.</param>
internal sealed record OrchestrationRequest(string RunId, string Step, JsonElement Args);

/// <summary>The orchestration to run.</summary>
/// <param name="Input">The orchestrator's input.</param>
/// <param name="InstanceId">The instance to run it as, at most 100 characters, of this request alone; null lets the engine choose.</param>
internal sealed record OrchestrationStart(JsonElement Input, string? InstanceId = null);
