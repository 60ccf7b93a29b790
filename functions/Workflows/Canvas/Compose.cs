using System.Text.Json;
using Serverless.Http;

namespace Serverless.Workflows.Canvas;

/// <summary>
/// Builds canvases: <c>Compose.Chord([Compose.Task("demo.add", new { a = 1, b = 2 }), ...], Compose.Task("demo.sum"))</c>.
/// </summary>
internal static class Compose
{
    /// <summary>A signature of a task.</summary>
    public static TaskNode Task(string name, object? args = null) => new(name) { Args = Json(args) };

    /// <summary>One after the other, each with the result of the one before.</summary>
    public static ChainNode Chain(params IReadOnlyList<CanvasNode> steps) => new(steps);

    /// <summary>Side by side.</summary>
    public static GroupNode Group(params IReadOnlyList<CanvasNode> members) => new(members);

    /// <summary>Side by side, then the body with all results.</summary>
    public static ChordNode Chord(IReadOnlyList<CanvasNode> header, CanvasNode body) => new(header, body);

    /// <summary>A task for each item.</summary>
    public static MapNode Map(string task, object? items = null) => new(task) { Items = Json(items) };

    /// <summary>A task for each item, which is its arguments.</summary>
    public static StarMapNode StarMap(string task, object? items = null) => new(task) { Items = Json(items) };

    /// <summary>A task for every <paramref name="size"/> items.</summary>
    public static ChunksNode Chunks(string task, object? items, int size) => new(task) { Items = Json(items), ChunkSize = size };

    /// <summary>Items that lie in a blob, such as <c>incoming/items.jsonl</c>.</summary>
    public static object Blob(string name) => new { blob = name };

    private static JsonElement? Json(object? value) => value is null ? null : JsonSerializer.SerializeToElement(value, AppJson.Options);
}
