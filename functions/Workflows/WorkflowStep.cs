using System.Text.Json;

namespace Serverless.Workflows;

/// <summary>
/// A step of a workflow. Which members it may have depends on its <see cref="Type"/>; its result is what later steps see as
/// <c>$.steps.&lt;name&gt;</c>, null while it was skipped.
/// </summary>
/// <remarks>
/// In <see cref="Args"/> and <see cref="Items"/>, a string that starts with <c>$.</c> is a JMESPath expression, and is replaced by what it
/// gives: <c>$.input...</c> is the run's input, <c>$.steps.&lt;name&gt;...</c> the result of a step that comes before, <c>$.run.id</c> the
/// run's id, and <c>$.item</c> the item at hand in the arguments of a map. What has to start with <c>$.</c> itself is written <c>$$.</c>.
/// </remarks>
internal sealed record WorkflowStep
{
    /// <summary>Letters, digits and underscores, no digit first, at most 64; unique in the whole definition.</summary>
    public required string Name { get; init; }

    /// <summary>The kind of work it does.</summary>
    public required WorkflowStepType Type { get; init; }

    /// <summary>The task of a <c>task</c>, or of each item of a <c>map</c>.</summary>
    public string? Task { get; init; }

    /// <summary>The arguments of the task or orchestration, or the input of the child workflow.</summary>
    public JsonElement? Args { get; init; }

    /// <summary>The rule for further tries of a task, instead of the handler's own.</summary>
    public WorkflowRetry? Retry { get; init; }

    /// <summary>The queue of a task, instead of the router's.</summary>
    public string? Queue { get; init; }

    /// <summary>The way to run a task. Default <see cref="TaskVia.Queue"/>.</summary>
    public TaskVia Via { get; init; }

    /// <summary>
    /// A JMESPath expression, true as JMESPath has it: not null, false or empty. That of a <c>wait</c> is on the payload,
    /// <c>$.signal</c>; what does not meet it is passed over.
    /// </summary>
    public string? Condition { get; init; }

    /// <summary>The steps when the condition is true.</summary>
    public IReadOnlyList<WorkflowStep> Then { get; init; } = [];

    /// <summary>The steps when it is not; none by default, which skips the step.</summary>
    public IReadOnlyList<WorkflowStep> Else { get; init; } = [];

    /// <summary>The steps that run side by side. One that has steps of its own (a conditional, a parallel) is a branch.</summary>
    public IReadOnlyList<WorkflowStep> Steps { get; init; } = [];

    /// <summary>The failures that a <c>parallel</c> or a <c>map</c> bears: a count, or a share of what ran. Default none.</summary>
    public Tolerance? Tolerate { get; init; }

    /// <summary>An array, a reference to one, or <c>{"blob": "incoming/items.jsonl"}</c>: JSON Lines, or a CSV with a header.</summary>
    public JsonElement? Items { get; init; }

    /// <summary>Items that one activity or message of a <c>map</c> takes, 1 to 10,000. Default 100.</summary>
    public int? ChunkSize { get; init; }

    /// <summary>Chunks of a <c>map</c> in flight, 1 to 100. Default 8; the event <c>maxConcurrency</c> changes it while it runs.</summary>
    public int? MaxConcurrency { get; init; }

    /// <summary>The child workflow's name; the version that is current when the run starts.</summary>
    public string? Workflow { get; init; }

    /// <summary>The name of a <see cref="WorkflowOrchestration"/>, which the app registers.</summary>
    public string? Orchestration { get; init; }

    /// <summary>
    /// The signal of a <c>wait</c> or an <c>approval</c>, named as steps are; unique in the definition, whatever the case of its letters.
    /// </summary>
    public string? Signal { get; init; }

    /// <summary>Seconds that a <c>wait</c> or an <c>approval</c> waits; null waits until the run's time is up.</summary>
    public int? TimeoutSeconds { get; init; }

    /// <summary>The rule for a <c>wait</c> whose time is up. Default <see cref="TimeoutRule.Fail"/>.</summary>
    public TimeoutRule? OnTimeout { get; init; }

    /// <summary>The result of a <c>wait</c> that goes on without a signal; may hold references. Default null.</summary>
    public JsonElement? Default { get; init; }

    /// <summary>The question of an <c>approval</c>; may hold references. Null asks nobody: it waits for its signal.</summary>
    public JsonElement? Ask { get; init; }

    /// <summary>The rule for an <c>approval</c> that is rejected. Default <see cref="TimeoutRule.Fail"/>.</summary>
    public TimeoutRule? OnReject { get; init; }

    /// <summary>The task that undoes the step, once it has succeeded, when the run fails for good or is cancelled so.</summary>
    public StepUndo? Undo { get; init; }

    /// <summary>This step and all inside it, in the order in which they are written.</summary>
    public IEnumerable<WorkflowStep> WithInner() => [this, .. ListInner().SelectMany(s => s.WithInner())];

    /// <summary>The steps right inside it.</summary>
    public IEnumerable<WorkflowStep> ListInner() => [.. Steps, .. Then, .. Else];
}
