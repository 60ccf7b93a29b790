using System.Text.Json;

namespace Serverless.Workflows.References;

/// <summary>JSON in which strings may be references.</summary>
internal static class Template
{
    private const string Reference = "$.";
    private const string Escape = "$$.";

    /// <summary>The expression, when it is a string that is one.</summary>
    public static string? ReferenceOf(JsonElement value) =>
        value.ValueKind == JsonValueKind.String && value.GetString() is { } text && text.StartsWith(Reference, StringComparison.Ordinal) ? text : null;

    /// <summary>The text of a string that is no reference.</summary>
    public static string Unescape(string text) => text.StartsWith(Escape, StringComparison.Ordinal) ? text[1..] : text;

    /// <summary>The value with its strings written so that none is a reference.</summary>
    public static JsonElement Quote(JsonElement value) => Needs(value) ? JsonSerializer.SerializeToElement(Quoted(value)) : value;

    /// <summary>Whether there is anything to resolve.</summary>
    public static bool HasReferences(JsonElement template) => Needs(template);

    /// <summary>The references, and where they stand.</summary>
    /// <param name="template">The JSON.</param>
    /// <param name="path">Where it stands itself.</param>
    public static IEnumerable<(string Path, string Expression)> References(JsonElement template, string path) => template.ValueKind switch
    {
        JsonValueKind.Object => template.EnumerateObject().SelectMany(p => References(p.Value, $"{path}.{p.Name}")),
        JsonValueKind.Array => template.EnumerateArray().SelectMany((e, i) => References(e, $"{path}[{i}]")),
        _ => ReferenceOf(template) is { } reference ? [(path, reference)] : [],
    };

    private static bool Needs(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Object => value.EnumerateObject().Any(p => Needs(p.Value)),
        JsonValueKind.Array => value.EnumerateArray().Any(Needs),
        JsonValueKind.String => value.GetString()!.StartsWith('$'),
        _ => false,
    };

    private static object? Quoted(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Object => value.EnumerateObject().ToDictionary(p => p.Name, p => Quoted(p.Value), StringComparer.Ordinal),
        JsonValueKind.Array => value.EnumerateArray().Select(Quoted).ToList(),
        JsonValueKind.String when value.GetString()! is var text && (text.StartsWith(Reference, StringComparison.Ordinal) || text.StartsWith(Escape, StringComparison.Ordinal)) => "$" + text,
        _ => value,
    };
}
