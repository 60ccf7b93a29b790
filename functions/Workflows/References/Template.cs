using System.Text.Json;

namespace Serverless.Workflows.References;

/// <summary>JSON in which strings may be references.</summary>
internal static class Template
{
    /// <summary>The expression, when it is a string that is one.</summary>
    public static string? ReferenceOf(JsonElement value) =>
        value.ValueKind == JsonValueKind.String && value.GetString() is { } text && Dollars(text) == 1 ? text : null;

    /// <summary>The text of a string that is no reference: without the dollar that says so.</summary>
    public static string Unescape(string text) => Dollars(text) > 1 ? text[1..] : text;

    /// <summary>The value with its strings written so that none is a reference.</summary>
    public static JsonElement Quote(JsonElement value) => Needs(value) ? JsonSerializer.SerializeToElement(Quoted(value)) : value;

    /// <summary>True when there is anything to resolve.</summary>
    public static bool HasReferences(JsonElement template) => Needs(template);

    /// <summary>The references, and where they stand.</summary>
    /// <param name="template">The JSON.</param>
    /// <param name="path">Where it stands itself.</param>
    public static IEnumerable<(string Path, string Expression)> ListReferences(JsonElement template, string path) =>
        template.ValueKind switch
        {
            JsonValueKind.Object => template.EnumerateObject().SelectMany(p => ListReferences(p.Value, $"{path}.{p.Name}")),
            JsonValueKind.Array => template.EnumerateArray().SelectMany((e, i) => ListReferences(e, $"{path}[{i}]")),
            _ => ReferenceOf(template) is { } reference ? [(path, reference)] : [],
        };

    private static bool Needs(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Object => value.EnumerateObject().Any(p => Needs(p.Value)),
        JsonValueKind.Array => value.EnumerateArray().Any(Needs),
        JsonValueKind.String => Dollars(value.GetString()!) > 0,
        _ => false,
    };

    // How many stand before a point at the start: one makes a reference, each more stands for itself but the first.
    private static int Dollars(string text)
    {
        var count = text.AsSpan().IndexOfAnyExcept('$');
        return count > 0 && text[count] == '.' ? count : 0;
    }

    private static object? Quoted(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Object => value.EnumerateObject().ToDictionary(p => p.Name, p => Quoted(p.Value), StringComparer.Ordinal),
        JsonValueKind.Array => value.EnumerateArray().Select(Quoted).ToList(),
        JsonValueKind.String when value.GetString()! is var text && Dollars(text) > 0 => "$" + text,
        _ => value,
    };
}
