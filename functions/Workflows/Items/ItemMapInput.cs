using System.Text.Json;
using System.Text.Json.Serialization;
using Serverless.Workflows.Values;

namespace Serverless.Workflows.Items;

/// <summary>A task that is to run for each of many items.</summary>
/// <param name="RunId">The run that wants it.</param>
/// <param name="Place">Its place in the run.</param>
/// <param name="Task">The task.</param>
/// <param name="Items">The source of the items; may hold references.</param>
/// <param name="Args">The arguments; <c>$.item</c> is the item. Null: the item is the first argument.</param>
internal sealed record ItemMapInput(string RunId, string Place, string Task, JsonElement Items, JsonElement? Args)
{
    /// <summary>Items that one activity or message takes when nobody says.</summary>
    public const int DefaultChunkSize = 100;

    /// <summary>Chunks in flight when nobody says.</summary>
    public const int DefaultMaxConcurrency = 8;

    /// <summary>The values that the references need, by name.</summary>
    public IReadOnlyDictionary<string, StoredValue>? Values { get; init; }

    /// <summary>Items of a chunk.</summary>
    public int ChunkSize { get; init; } = DefaultChunkSize;

    /// <summary>Chunks in flight.</summary>
    public int MaxConcurrency { get; init; } = DefaultMaxConcurrency;

    /// <summary>Failed items that are borne; null for none.</summary>
    public Tolerance? Tolerate { get; init; }

    /// <summary>The way the item enters the arguments.</summary>
    public ItemShape Shape { get; init; }

    /// <summary>The way to run chunks.</summary>
    public TaskVia Via { get; init; }

    /// <summary>The queue of chunks; null is the task's own.</summary>
    public string? Queue { get; init; }

    /// <summary>The rule for further tries of an item inside its chunk.</summary>
    public WorkflowRetry? Retry { get; init; }
}

/// <summary>The ways an item enters the arguments of its task.</summary>
internal enum ItemShape
{
    /// <summary>By references in the arguments; as the first argument when there are none.</summary>
    Item,

    /// <summary>The item is an object or array of arguments, named or in order.</summary>
    Spread,

    /// <summary>The task takes the whole chunk, a list of items, as its first argument.</summary>
    Chunk,
}

/// <summary>A map between two generations of its history.</summary>
/// <param name="Map">What was asked for.</param>
internal sealed record ItemMapState(ItemMapInput Map)
{
    /// <summary>The items, once they are counted.</summary>
    public ItemPlan? Plan { get; init; }

    /// <summary>The first chunk that has not begun.</summary>
    public int Next { get; init; }

    /// <summary>Items that succeeded.</summary>
    public long Succeeded { get; init; }

    /// <summary>Items that failed.</summary>
    public long Failed { get; init; }

    /// <summary>Chunks in flight, once somebody changed it.</summary>
    public int? MaxConcurrency { get; init; }
}

/// <summary>The items of a map.</summary>
internal sealed record ItemPlan(long Items, int Chunks);

/// <summary>The outcome of a chunk.</summary>
/// <param name="Succeeded">Items with a result.</param>
/// <param name="Failed">Items without.</param>
/// <param name="FirstError">The first failure.</param>
internal sealed record ChunkOutcome(int Succeeded, int Failed, StepError? FirstError = null);

/// <summary>The outcome of a map.</summary>
/// <param name="Items">All items.</param>
/// <param name="Succeeded">Items with a result.</param>
/// <param name="Failed">Items without.</param>
/// <param name="Results">The blob with the results, JSON Lines of <c>{"index", "result"}</c> in the order of the items; null when there are
/// none.</param>
/// <param name="Failures">The blob with the failures, JSON Lines of <c>{"index", "error"}</c>; null when there are none.</param>
/// <param name="Values">The results themselves, in order, when they are small and none failed.</param>
internal sealed record MapResult(long Items, long Succeeded, long Failed, string? Results, string? Failures, JsonElement? Values);

/// <summary>A map's custom status.</summary>
internal sealed record MapProgress(
    [property: JsonPropertyName("current")] long Current,
    [property: JsonPropertyName("total")] long Total,
    [property: JsonPropertyName("status")] string Status,
    [property: JsonPropertyName("failed")] long Failed,
    [property: JsonPropertyName("maxConcurrency")] int MaxConcurrency);
