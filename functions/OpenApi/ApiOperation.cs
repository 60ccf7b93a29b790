using System.Text.Json;
using System.Text.Json.Nodes;

namespace Serverless.OpenApi;

/// <summary>The part of an HTTP function's description that reflection does not know.</summary>
/// <param name="Function">The function's name.</param>
/// <param name="Summary">What it does, in one sentence.</param>
internal sealed record ApiOperation(string Function, string Summary)
{
    /// <summary>The options of its query, of those that <see cref="ApiParameters"/> describes.</summary>
    public IReadOnlyList<string> Query { get; init; } = [];

    /// <summary>Its headers, of those that <see cref="ApiParameters"/> describes.</summary>
    public IReadOnlyList<string> Headers { get; init; } = [];

    /// <summary>Its body; null when it takes none.</summary>
    public ApiContent? Body { get; init; }

    /// <summary>The answers when all is well, by status.</summary>
    public IReadOnlyDictionary<int, ApiContent?> Answers { get; init; } = new Dictionary<int, ApiContent?>();

    /// <summary>The statuses with which it refuses, besides those that every function has.</summary>
    public IReadOnlyList<int> Problems { get; init; } = [];
}

/// <summary>A body.</summary>
/// <param name="MediaType">Its content type.</param>
/// <param name="Type">The type that is written as it; null where <paramref name="Schema"/> says it.</param>
/// <param name="Json">How the type is written.</param>
/// <param name="Schema">Its schema, when no type is written as it.</param>
internal sealed record ApiContent(
    string MediaType, Type? Type = null, JsonSerializerOptions? Json = null, Func<JsonNode>? Schema = null)
{
    /// <summary>Bytes.</summary>
    public static ApiContent Bytes { get; } = new("*/*", Schema: () => new JsonObject { ["type"] = "string", ["format"] = "binary" });

    /// <summary>Another form of the same body; null for none.</summary>
    public ApiContent? Or { get; init; }
}
