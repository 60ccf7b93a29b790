using System.Text.Json;
using Serverless.Workflows.Values;

namespace Serverless.Workflows.Canvas;

/// <summary>The input of a canvas' orchestration.</summary>
/// <param name="Tree">The canvas as JSON.</param>
/// <param name="Nodes">How many nodes it has.</param>
/// <param name="TimeoutSeconds">How long it may take.</param>
internal sealed record CanvasInput(StoredValue Tree, int Nodes, int TimeoutSeconds)
{
    /// <summary>A fingerprint of the request, to tell the same request from another.</summary>
    public string? Request { get; init; }
}

/// <summary>Members of a large group or header, or steps of a long chain, which an orchestration of their own runs.</summary>
/// <param name="RunId">The canvas.</param>
/// <param name="Tree">The canvas as JSON.</param>
/// <param name="Path">The group's or chord's path.</param>
/// <param name="From">The first member.</param>
/// <param name="To">The member after the last.</param>
/// <param name="Previous">What the node before gave.</param>
/// <param name="Tolerated">Failures that are borne.</param>
internal sealed record SliceInput(string RunId, StoredValue Tree, string Path, int From, int To, StoredValue? Previous, long Tolerated)
{
    /// <summary>They run one after the other; the outcome is the last one's result.</summary>
    public bool IsChain { get; init; }
}

/// <summary>The outcomes of members of a group.</summary>
/// <param name="Outcomes">A list of <see cref="MemberOutcome"/>, in order; of a chain, the last result.</param>
/// <param name="Failed">How many failed.</param>
/// <param name="FirstError">The first failure.</param>
internal sealed record SliceOutcome(StoredValue Outcomes, int Failed, StepError? FirstError);

/// <summary>The outcome of one member.</summary>
internal sealed record MemberOutcome(StoredValue? Value, StepError? Error);

/// <summary>The answer of a canvas.</summary>
/// <param name="Result">The result, while it is small.</param>
/// <param name="ResultBlob">The blob with the result, when it is large.</param>
internal sealed record CanvasOutput(JsonElement? Result, string? ResultBlob);

/// <summary>A canvas' custom status.</summary>
/// <param name="Current">Nodes that have ended.</param>
/// <param name="Total">All nodes.</param>
/// <param name="Status">The node that ended last.</param>
internal sealed record CanvasProgress(int Current, int Total, string Status);
