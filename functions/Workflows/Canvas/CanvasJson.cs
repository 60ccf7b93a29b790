using System.Text.Json;
using System.Text.Json.Serialization;

namespace Serverless.Workflows.Canvas;

/// <summary>The JSON form of canvases.</summary>
internal static class CanvasJson
{
    public static JsonSerializerOptions Options { get; } = new(WorkflowJson.Options)
    {
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
        MaxDepth = 256,
    };

    /// <exception cref="JsonException">It is no canvas.</exception>
    public static CanvasNode Read(JsonElement json) =>
        json.Deserialize<CanvasNode>(Options) ?? throw new JsonException("The canvas is null.");

    public static JsonElement Write(CanvasNode node) => JsonSerializer.SerializeToElement(node, Options);

    /// <summary>The node at a path: the numbers of inner nodes, with dots; the root is empty.</summary>
    public static CanvasNode Find(CanvasNode root, string path) =>
        path.Split('.', StringSplitOptions.RemoveEmptyEntries)
            .Aggregate(root, (node, index) => node.Inner[int.Parse(index, System.Globalization.CultureInfo.InvariantCulture)]);
}
