using System.Text.Json.Nodes;

namespace Serverless.IntegrationTests.OpenApi;

/// <summary>Holds JSON against a schema of the document: types, members, enumerations and references, which is what it uses.</summary>
internal sealed class SchemaCheck(JsonObject document)
{
    /// <summary>The faults, each with its place.</summary>
    public IEnumerable<string> Faults(JsonNode? json, JsonNode? schema, string place = "$")
    {
        if (schema is not JsonObject rule) yield break;
        if (rule["$ref"] is JsonNode reference)
        {
            foreach (var fault in Faults(json, Resolve(reference.GetValue<string>()), place)) yield return fault;
            yield break;
        }

        if (rule["anyOf"] is JsonArray alternatives)
        {
            if (!alternatives.Any(a => !Faults(json, a, place).Any())) yield return $"{place}: none of the alternatives";
            yield break;
        }

        if (Types(rule) is { Count: > 0 } types && !types.Any(t => Is(json, t)))
            yield return $"{place}: {Short(json)} is no {string.Join("/", types)}";
        if (rule["enum"] is JsonArray values && !values.Any(v => JsonNode.DeepEquals(v, json)))
            yield return $"{place}: {Short(json)} is not listed";
        if (json is JsonObject members)
        {
            var known = rule["properties"] as JsonObject ?? [];
            foreach (var name in (rule["required"] as JsonArray ?? []).Select(r => r!.GetValue<string>()))
            {
                if (!members.ContainsKey(name)) yield return $"{place}: {name} is missing";
            }

            foreach (var (name, value) in members)
            {
                var inner = known.ContainsKey(name) ? known[name] : rule["additionalProperties"];
                if (inner is null && known.Count > 0) yield return $"{place}: {name} is not described";
                foreach (var fault in Faults(value, inner, $"{place}.{name}")) yield return fault;
            }
        }

        if (json is JsonArray items)
        {
            foreach (var fault in items.Take(50).SelectMany((item, i) => Faults(item, rule["items"], $"{place}[{i}]"))) yield return fault;
        }
    }

    /// <summary>Finds the target of a reference.</summary>
    /// <exception cref="KeyNotFoundException">Nothing.</exception>
    public JsonNode Resolve(string reference)
    {
        JsonNode? node = document;
        foreach (var part in reference.TrimStart('#').Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            var name = part.Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal);
            node = node is JsonArray items && int.TryParse(name, out var index) ? items[index] : node?[name];
        }

        return node ?? throw new KeyNotFoundException(reference);
    }

    private static List<string> Types(JsonObject schema) => schema["type"] switch
    {
        JsonArray types => [.. types.Select(t => t!.GetValue<string>())],
        JsonValue type => [type.GetValue<string>()],
        _ => [],
    };

    private static bool Is(JsonNode? json, string type) => (type, json?.GetValueKind() ?? System.Text.Json.JsonValueKind.Null) switch
    {
        ("null", var kind) => kind == System.Text.Json.JsonValueKind.Null,
        ("string", var kind) => kind == System.Text.Json.JsonValueKind.String,
        ("boolean", var kind) => kind is System.Text.Json.JsonValueKind.True or System.Text.Json.JsonValueKind.False,
        ("object", var kind) => kind == System.Text.Json.JsonValueKind.Object,
        ("array", var kind) => kind == System.Text.Json.JsonValueKind.Array,
        ("number", var kind) => kind == System.Text.Json.JsonValueKind.Number,
        ("integer", System.Text.Json.JsonValueKind.Number) => json!.GetValue<double>() % 1 == 0,
        _ => false,
    };

    private static string Short(JsonNode? json) =>
        json?.ToJsonString() is { Length: > 80 } text ? text[..80] : json?.ToJsonString() ?? "null";
}
