using System.Text.Json;
using Serverless.Http;

namespace Serverless.Workflows.InputSchemas;

/// <summary>The keywords that speak of members and items, and those that put schemas together.</summary>
internal sealed class PartKeywords(SchemaReader reader, ValidationErrors faults, int depth)
{
    private static readonly JsonElement NoMembers = JsonSerializer.SerializeToElement(new { });

    /// <summary>Reads a keyword.</summary>
    /// <returns>False when it is none of these.</returns>
    public bool TryRead(JsonElement schema, JsonProperty keyword, string place, List<SchemaRule> rules)
    {
        var value = keyword.Value;
        switch (keyword.Name)
        {
            case "properties":
                ReadMembers(value, place, rules);
                return true;
            case "additionalProperties":
                ReadOthers(schema, Schema(value, place), rules);
                return true;
            case "required":
                ReadRequired(value, place, rules);
                return true;
            case "items":
                ReadItems(Schema(value, place), rules);
                return true;
            case "minProperties" or "maxProperties" or "minItems" or "maxItems":
                ReadCount(keyword.Name, value, place, rules);
                return true;
            case "uniqueItems":
                ReadUnique(value, place, rules);
                return true;
            case "allOf" or "anyOf" or "oneOf":
                ReadSeveral(keyword.Name, value, place, rules);
                return true;
            case "not":
                var not = Schema(value, place);
                rules.Add((element, at, run) =>
                {
                    if (not.Takes(element, at, run)) run.Faults.Add((at, "Is what the schema excludes."));
                });
                return true;
            default:
                return false;
        }
    }

    private SchemaNode Schema(JsonElement json, string place) => reader.Read(json, place, depth + 1);

    private void ReadMembers(JsonElement value, string place, List<SchemaRule> rules)
    {
        if (value.ValueKind != JsonValueKind.Object)
        {
            faults.Add(place, "Must be an object.");
            return;
        }

        var members = value.EnumerateObject().ToDictionary(m => m.Name, m => Schema(m.Value, $"{place}.{m.Name}"), StringComparer.Ordinal);
        rules.Add((element, at, run) =>
        {
            foreach (var member in Members(element))
            {
                if (members.TryGetValue(member.Name, out var schema)) schema.Check(member.Value, $"{at}.{member.Name}", run);
            }
        });
    }

    private static void ReadOthers(JsonElement schema, SchemaNode others, List<SchemaRule> rules)
    {
        var known = schema.TryGetProperty("properties", out var members)
            ? Members(members).Select(m => m.Name).ToHashSet(StringComparer.Ordinal) : [];
        rules.Add((element, at, run) =>
        {
            foreach (var member in Members(element).Where(m => !known.Contains(m.Name)))
                others.Check(member.Value, $"{at}.{member.Name}", run);
        });
    }

    private void ReadRequired(JsonElement value, string place, List<SchemaRule> rules)
    {
        if (value.ValueKind != JsonValueKind.Array || value.EnumerateArray().Any(n => n.ValueKind != JsonValueKind.String))
        {
            faults.Add(place, "Must be an array of names.");
            return;
        }

        var names = value.EnumerateArray().Select(n => n.GetString()!).ToList();
        rules.Add((element, at, run) =>
        {
            if (element.ValueKind != JsonValueKind.Object) return;

            // Each is searched for from front to back.
            var steps = names.Count * (1 + (element.GetPropertyCount() / 100L));
            if (!run.TryCharge((int)Math.Min(int.MaxValue, steps))) return;
            foreach (var name in names.Where(n => !element.TryGetProperty(n, out _))) run.Faults.Add(($"{at}.{name}", "Is required."));
        });
    }

    private static void ReadItems(SchemaNode schema, List<SchemaRule> rules) => rules.Add((element, at, run) =>
    {
        if (element.ValueKind != JsonValueKind.Array) return;
        foreach (var (index, item) in element.EnumerateArray().Index())
        {
            if (run.IsExhausted) return;
            schema.Check(item, $"{at}[{index}]", run);
        }
    });

    private void ReadCount(string name, JsonElement value, string place, List<SchemaRule> rules)
    {
        if (ValueKeywords.Count(value, place, faults) is not { } bound) return;
        var (isMinimum, isOfItems) = (name.StartsWith("min", StringComparison.Ordinal), name.EndsWith("Items", StringComparison.Ordinal));
        rules.Add((element, at, run) =>
        {
            var count = isOfItems && element.ValueKind == JsonValueKind.Array ? element.GetArrayLength()
                : !isOfItems && element.ValueKind == JsonValueKind.Object ? Members(element).Count() : bound;
            if (isMinimum ? count >= bound : count <= bound) return;
            run.Faults.Add((at, $"Must have at {(isMinimum ? "least" : "most")} {bound} {(isOfItems ? "items" : "members")}."));
        });
    }

    private void ReadUnique(JsonElement value, string place, List<SchemaRule> rules)
    {
        if (value.ValueKind is not (JsonValueKind.True or JsonValueKind.False)) faults.Add(place, "Must be true or false.");
        if (value.ValueKind != JsonValueKind.True) return;
        rules.Add((element, at, run) =>
        {
            if (element.ValueKind != JsonValueKind.Array || FindSecond(element, run) is not { } second) return;
            run.Faults.Add(($"{at}[{second}]", "Is there twice."));
        });
    }

    // Texts, which most long lists have, are looked up; all else is compared with each before it.
    private static int? FindSecond(JsonElement array, SchemaRun run)
    {
        var (texts, others) = (new HashSet<string>(StringComparer.Ordinal), new List<JsonElement>());
        foreach (var (index, item) in array.EnumerateArray().Index())
        {
            var isText = item.ValueKind == JsonValueKind.String;
            if (!run.TryCharge(isText ? 1 : others.Count)) return null;
            if (isText ? !texts.Add(item.GetString()!) : others.Exists(other => JsonEquality.AreEqual(other, item))) return index;
            if (!isText) others.Add(item);
        }

        return null;
    }

    private void ReadSeveral(string name, JsonElement value, string place, List<SchemaRule> rules)
    {
        if (value.ValueKind != JsonValueKind.Array || value.GetArrayLength() == 0)
        {
            faults.Add(place, "Must be an array with at least one schema.");
            return;
        }

        var schemas = value.EnumerateArray().Select((s, i) => Schema(s, $"{place}[{i}]")).ToList();
        rules.Add((element, at, run) =>
        {
            if (name == "allOf") schemas.ForEach(s => s.Check(element, at, run));
            else if (schemas.Count(s => s.Takes(element, at, run)) is var fits && (fits == 0 || (name == "oneOf" && fits > 1)))
                run.Faults.Add((at, fits == 0 ? "Fits none of the schema's alternatives." : "Fits several alternatives; it must fit one."));
        });
    }

    private static JsonElement.ObjectEnumerator Members(JsonElement element) =>
        (element.ValueKind == JsonValueKind.Object ? element : NoMembers).EnumerateObject();
}
