using System.Text.Json;

namespace Serverless.Workflows;

/// <summary>
/// An orchestration that workflows may run as a step. Register one in the services (<c>AddSingleton&lt;WorkflowOrchestration,
/// ...&gt;()</c>); a step names it with <c>"type": "orchestration", "orchestration": "&lt;name&gt;"</c>.
/// </summary>
/// <param name="name">How steps name it: lower-case letters, digits, underscores and dots.</param>
/// <param name="function">The orchestrator's function name; it is called as a sub-orchestration, its output is the step's result.</param>
internal abstract class WorkflowOrchestration(string name, string function)
{
    /// <summary>The name that steps use.</summary>
    public string Name => name;

    /// <summary>The orchestrator's function name.</summary>
    public string Function => function;

    /// <summary>
    /// Turns the step's arguments into the orchestrator's input, and does what a client would do before it starts it. Runs in an activity,
    /// at least once: the same request must lead to the same input.
    /// </summary>
    /// <exception cref="Tasks.TaskValidationException">The arguments are at fault, which fails the step for good.</exception>
    public abstract Task<OrchestrationStart> PrepareAsync(OrchestrationRequest request, CancellationToken cancellationToken);

    /// <summary>Told, in an activity, of a step whose run was cancelled or timed out, before its instance is terminated.</summary>
    public virtual Task StopAsync(string instanceId, CancellationToken cancellationToken) => Task.CompletedTask;
}

/// <summary>A step that wants an orchestration run.</summary>
/// <param name="RunId">The workflow run.</param>
/// <param name="Step">The step's name; with the run's id, it is what tells this request from all others.</param>
/// <param name="Args">The step's arguments, their references resolved.</param>
internal sealed record OrchestrationRequest(string RunId, string Step, JsonElement Args);

/// <summary>The orchestration to run.</summary>
/// <param name="Input">The orchestrator's input.</param>
/// <param name="InstanceId">The instance to run it as, at most 100 characters, of this request alone; null lets the engine choose.</param>
internal sealed record OrchestrationStart(JsonElement Input, string? InstanceId = null);
