using System.Text.Json.Serialization;
using Serverless.Workflows.Store;
using Serverless.Workflows.Values;

namespace Serverless.Workflows.Run;

/// <summary>The input of a run's orchestration.</summary>
/// <param name="Workflow">The workflow.</param>
/// <param name="Version">The version that is run to the end.</param>
/// <param name="Input">The run's input.</param>
internal sealed record WorkflowRunInput(string Workflow, int Version, StoredValue Input)
{
    /// <summary>When the time is up, by a parent; null leaves it to the definition.</summary>
    public DateTime? Deadline { get; init; }

    /// <summary>The run whose step it is.</summary>
    public string? Parent { get; init; }

    /// <summary>The run whose finished steps it takes over, if there is such a run.</summary>
    public string? RerunOf { get; init; }

    /// <summary>
    /// The outermost step from which on nothing is taken over; null takes over whatever finished.
    /// </summary>
    public string? From { get; init; }

    /// <summary>The versions of all child workflows, inner ones included; null before the outermost run has begun.</summary>
    public IReadOnlyDictionary<string, int>? Children { get; init; }
}

/// <summary>The facts that a run needs before it begins.</summary>
/// <param name="Definition">The version's JSON.</param>
/// <param name="Children">The versions of child workflows.</param>
/// <param name="Finished">The steps whose results it takes over.</param>
internal sealed record RunPlan(string Definition, IReadOnlyDictionary<string, int> Children, IReadOnlyList<StepRecord> Finished);

/// <summary>The answer of a run to its parent.</summary>
internal sealed record WorkflowOutput(StoredValue Value);

/// <summary>A run's custom status.</summary>
/// <param name="Current">Steps that have ended.</param>
/// <param name="Total">Steps of the definition.</param>
/// <param name="Step">The step that changed last.</param>
/// <param name="Status">Where that step stands.</param>
internal sealed record RunProgress(
    [property: JsonPropertyName("current")] int Current,
    [property: JsonPropertyName("total")] int Total,
    [property: JsonPropertyName("step")] string Step,
    [property: JsonPropertyName("status")] string Status);

/// <summary>A run did not complete.</summary>
internal sealed class WorkflowFailedException(string message) : Exception(message);
