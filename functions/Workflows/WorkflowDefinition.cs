using System.Text.Json;
using System.Text.Json.Serialization;

namespace Serverless.Workflows;

/// <summary>A workflow: steps that run one after the other. As JSON it is what <c>workflow.schema.json</c> describes.</summary>
internal sealed record WorkflowDefinition
{
    /// <summary>The largest definition, in bytes of JSON.</summary>
    public const int MaxBytes = 1 << 20;

    /// <summary>The most steps, those inside other steps included.</summary>
    public const int MaxSteps = 1_000;

    /// <summary>Lower-case letters, digits and underscores, a letter first, at most 64.</summary>
    public required string Name { get; init; }

    /// <summary>
    /// Given by the registry, from 1; a definition that names one is refused unless it is the next, or the current one unchanged.
    /// </summary>
    public int? Version { get; init; }

    /// <summary>The purpose of the workflow, at most 1,000 characters.</summary>
    public string? Description { get; init; }

    /// <summary>Seconds that a run may take, to its end. Default 3,600; at most 30 days.</summary>
    public int TimeoutSeconds { get; init; } = 3600;

    /// <summary>The JSON Schema that the input of a run must fit; null takes anything.</summary>
    public JsonElement? InputSchema { get; init; }

    /// <summary>When runs start by themselves, as <c>PUT /api/schedules/{name}</c> takes it; null for never.</summary>
    public JsonElement? Schedule { get; init; }

    /// <summary>A run that is cancelled undoes what it has done, unless whoever cancels it says otherwise.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool UndoOnCancel { get; init; }

    /// <summary>The steps that run, in order.</summary>
    public required IReadOnlyList<WorkflowStep> Steps { get; init; }

    /// <summary>The step that waits for a signal; null when none does.</summary>
    public WorkflowStep? FindWait(string signal) => ListSteps().FirstOrDefault(s => s.Signal == signal);

    /// <summary>All steps, those inside others included, in the order in which they are written.</summary>
    public IEnumerable<WorkflowStep> ListSteps() => Steps.SelectMany(s => s.WithInner());
}
