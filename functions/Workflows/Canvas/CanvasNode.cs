using System.Text.Json;
using System.Text.Json.Serialization;

namespace Serverless.Workflows.Canvas;

/// <summary>
/// A node of a canvas: a signature of one task, or a way to put nodes together. <see cref="Compose"/> builds them in code.
/// </summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "type")]
[JsonDerivedType(typeof(TaskNode), "task")]
[JsonDerivedType(typeof(ChainNode), "chain")]
[JsonDerivedType(typeof(GroupNode), "group")]
[JsonDerivedType(typeof(ChordNode), "chord")]
[JsonDerivedType(typeof(MapNode), "map")]
[JsonDerivedType(typeof(StarMapNode), "starmap")]
[JsonDerivedType(typeof(ChunksNode), "chunks")]
internal abstract record CanvasNode
{
    /// <summary>
    /// A <see cref="TaskNode"/> that is sent the result as its first argument, once there is one. Its own failure changes nothing.
    /// </summary>
    public CanvasNode? OnSuccess { get; init; }

    /// <summary>
    /// A <see cref="TaskNode"/> that is sent the error (<c>type</c>, <c>message</c>, <c>step</c>) as its first argument when the node
    /// fails.
    /// </summary>
    public CanvasNode? OnError { get; init; }

    /// <summary>The nodes inside it, in order; callbacks are none of them.</summary>
    [JsonIgnore]
    public virtual IReadOnlyList<CanvasNode> Inner => [];
}

/// <summary>Runs a task.</summary>
/// <param name="Task">The task's name.</param>
internal sealed record TaskNode(string Task) : CanvasNode
{
    /// <summary>The arguments; what the node before gives becomes the first of them.</summary>
    public JsonElement? Args { get; init; }

    /// <summary>True keeps the result of the node before from being passed on to it. Default false.</summary>
    public bool Immutable { get; init; }

    /// <summary>The queue, instead of the router's.</summary>
    public string? Queue { get; init; }

    /// <summary>The way to run it. Default <see cref="TaskVia.Queue"/>.</summary>
    public TaskVia Via { get; init; }

    /// <summary>The rule for further tries, instead of the handler's own.</summary>
    public WorkflowRetry? Retry { get; init; }
}

/// <summary>Runs nodes one after the other; each result is the next one's first argument. The last result is the chain's.</summary>
internal sealed record ChainNode(IReadOnlyList<CanvasNode> Steps) : CanvasNode
{
    /// <inheritdoc/>
    public override IReadOnlyList<CanvasNode> Inner => Steps;
}

/// <summary>
/// Runs nodes side by side; the results, in order, are the group's, and <c>[]</c> those of none. The first final failure fails it and
/// cancels what has not started.
/// </summary>
internal sealed record GroupNode(IReadOnlyList<CanvasNode> Members) : CanvasNode
{
    /// <inheritdoc/>
    public override IReadOnlyList<CanvasNode> Inner => Members;
}

/// <summary>Runs nodes side by side, then the body with their results as its first argument.</summary>
/// <param name="Header">What runs side by side; the body of an empty one gets <c>[]</c>.</param>
/// <param name="Body">What runs then.</param>
internal sealed record ChordNode(IReadOnlyList<CanvasNode> Header, CanvasNode Body) : CanvasNode
{
    /// <summary>
    /// The failures that are borne: a count, or a share. With it the body gets <c>{"results": [...], "failures": [{"index", "error"}]}</c>;
    /// without, the results in order, and the first final failure fails the chord.
    /// </summary>
    public Tolerance? Tolerate { get; init; }

    /// <inheritdoc/>
    public override IReadOnlyList<CanvasNode> Inner => [.. Header, Body];
}

/// <summary>Runs a task for each of many items.</summary>
/// <param name="Task">The task's name.</param>
internal abstract record ItemsNode(string Task) : CanvasNode
{
    /// <summary>
    /// An array, or <c>{"blob": "incoming/items.jsonl"}</c>: JSON Lines, or a CSV with a header. Null takes what the node before gives.
    /// </summary>
    public JsonElement? Items { get; init; }

    /// <summary>Arguments that all calls share.</summary>
    public JsonElement? Args { get; init; }

    /// <summary>Items that one activity or message takes, 1 to 10,000. Default 100.</summary>
    public int? ChunkSize { get; init; }

    /// <summary>Chunks in flight, 1 to 100. Default 8; the event <c>maxConcurrency</c> changes it while it runs.</summary>
    public int? MaxConcurrency { get; init; }

    /// <summary>The failed items that are borne: a count, or a share. Default none.</summary>
    public Tolerance? Tolerate { get; init; }

    /// <summary>The queue, instead of the task's.</summary>
    public string? Queue { get; init; }

    /// <summary>The way to run chunks. Default <see cref="TaskVia.Queue"/>.</summary>
    public TaskVia Via { get; init; }

    /// <summary>The rule for further tries of an item inside its chunk; none by default.</summary>
    public WorkflowRetry? Retry { get; init; }
}

/// <summary>The item is the task's first argument.</summary>
internal sealed record MapNode(string Task) : ItemsNode(Task);

/// <summary>The item is an object or array of arguments.</summary>
internal sealed record StarMapNode(string Task) : ItemsNode(Task);

/// <summary>The task takes a list of <see cref="ItemsNode.ChunkSize"/> items as its first argument.</summary>
internal sealed record ChunksNode(string Task) : ItemsNode(Task);
