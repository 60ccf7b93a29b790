using System.Text.Json;
using Serverless.Http;

namespace Serverless.Workflows.InputSchemas;

/// <summary>Reads a schema, and notes every fault with its place.</summary>
internal sealed class SchemaReader(ValidationErrors faults)
{
    private const int MaxBytes = 64 * 1024;
    private const int MaxDepth = 20;
    private const string Definitions = "#/$defs/";

    private static readonly string[] Notes =
        ["$schema", "$id", "$comment", "$defs", "title", "description", "default", "examples", "deprecated", "readOnly", "writeOnly"];

    private readonly Dictionary<string, SchemaNode> _definitions = new(StringComparer.Ordinal);
    private readonly List<(string Name, string Place)> _references = [];

    /// <summary>The schema; null when it cannot be one.</summary>
    public SchemaNode? ReadRoot(JsonElement json, string place)
    {
        if (json.GetRawText().Length > MaxBytes)
        {
            faults.Add(place, $"Has more than {MaxBytes / 1024} K characters.");
            return null;
        }

        if (json.ValueKind == JsonValueKind.Object && json.TryGetProperty("$defs", out var definitions)
            && IsObject(definitions, $"{place}.$defs"))
        {
            foreach (var definition in definitions.EnumerateObject())
                _definitions[definition.Name] = Read(definition.Value, $"{place}.$defs.{definition.Name}", 1);
        }

        var root = Read(json, place, 0);
        foreach (var (name, at) in _references.Where(r => !_definitions.ContainsKey(r.Name)))
            faults.Add(at, $"There is no {Definitions}{name}.");
        return root;
    }

    /// <summary>A schema within another.</summary>
    internal SchemaNode Read(JsonElement json, string place, int depth)
    {
        if (json.ValueKind == JsonValueKind.True) return new SchemaNode([]);
        if (json.ValueKind == JsonValueKind.False) return new SchemaNode([(_, at, run) => run.Faults.Add((at, "Must not be there."))]);
        if (!IsObject(json, place)) return new SchemaNode([]);
        if (depth > MaxDepth)
        {
            faults.Add(place, $"Schemas stand inside each other more than {MaxDepth} deep.");
            return new SchemaNode([]);
        }

        var rules = new List<SchemaRule>();
        var values = new ValueKeywords(faults);
        var parts = new PartKeywords(this, faults, depth);
        foreach (var keyword in json.EnumerateObject())
        {
            var at = $"{place}.{keyword.Name}";
            if (Notes.Contains(keyword.Name)) continue;
            if (keyword.Name == "$ref") rules.AddRange(Reference(keyword.Value, at));
            else if (values.TryRead(keyword.Name, keyword.Value, at, rules) || parts.TryRead(json, keyword, at, rules)) continue;
            else faults.Add(at, "Is no keyword that is checked here; see docs/workflows.md for those that are.");
        }

        return new SchemaNode(rules);
    }

    private IEnumerable<SchemaRule> Reference(JsonElement value, string place)
    {
        if (value.ValueKind != JsonValueKind.String || value.GetString() is not { } text
            || !text.StartsWith(Definitions, StringComparison.Ordinal))
        {
            // Nothing is fetched for a schema.
            faults.Add(place, $"Must be \"{Definitions}<name>\" of this schema.");
            return [];
        }

        var name = text[Definitions.Length..];
        _references.Add((name, place));
        return [(element, at, run) => _definitions[name].Check(element, at, run)];
    }

    private bool IsObject(JsonElement json, string place)
    {
        if (json.ValueKind == JsonValueKind.Object) return true;
        faults.Add(place, "Must be an object.");
        return false;
    }
}
