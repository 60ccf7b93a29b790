using System.Text.Json;
using Serverless.Csv.Schema;
using Serverless.Csv.Values;

namespace Serverless.Csv.SchemaParsing;

/// <summary>Reads a schema's foreign keys.</summary>
internal static class ForeignKeysParser
{
    /// <summary>More than this are refused: each is a pass over all records' values.</summary>
    private const int MaxKeys = 16;

    private const string Name = "foreignKeys";
    private const string Allowed =
        "an array of objects such as {\"fields\": \"customer_id\", \"reference\": {\"resource\": \"customers\", \"fields\": \"id\"}}";

    /// <summary>Reads them; what is at fault is noted.</summary>
    public static IReadOnlyList<ForeignKey> Parse(SchemaObject reader, List<SchemaField> fields, List<SchemaFault> faults)
    {
        if (!reader.TryGet(Name, out var array) || array.Value.ValueKind == JsonValueKind.Null) return [];
        if (array.Value.ValueKind != JsonValueKind.Array || array.Value.GetArrayLength() > MaxKeys)
        {
            reader.AddFault(Name, $"this is {SchemaObject.DescribeKind(array.Value)}", $"{Allowed}, at most {MaxKeys}");
            return [];
        }

        var keys = new List<ForeignKey>();
        foreach (var (index, element) in array.Value.EnumerateArray().Index())
        {
            if (Parse(element, $"$.{Name}[{index}]", fields, faults) is { } key) keys.Add(key);
        }

        return keys;
    }

    private static ForeignKey? Parse(JsonElement element, string path, List<SchemaField> fields, List<SchemaFault> faults)
    {
        var before = faults.Count;
        var key = new SchemaObject(element, path, faults);
        if (!key.IsObject(Allowed)) return null;
        if (!key.TryGet("reference", out var value) || value.Value.ValueKind != JsonValueKind.Object)
        {
            key.AddFault("reference", "it does not say what is referred to", Allowed);
            return null;
        }

        var reference = new SchemaObject(value.Value, $"{path}.reference", faults);
        var names = Names(key, "fields");
        var referenced = Names(reference, "fields");
        var resource = reference.ReadText("resource", "a resource's name; none for this file") ?? "";
        CheckNames(key, names, fields);
        if (resource.Length == 0) CheckNames(reference, referenced, fields);
        if (names.Count != referenced.Count)
            reference.AddFault("fields", $"these are {referenced.Count}, those that refer to them are {names.Count}", "as many");
        if (names.Distinct(StringComparer.Ordinal).Count() < names.Count) key.AddFault("fields", "a name stands twice", "each name once");
        IReadOnlyList<string> own = resource.Length == 0 ? [.. names, .. referenced] : names;
        foreach (var field in fields.Where(f => f.Mask == MaskKind.Mask && own.Contains(f.Name)))
            key.AddFault("fields", $"the values of \"{field.Name}\" are masked, and the same for all", "hash in place of mask");
        foreach (var field in fields.Where(f => f.Mask == MaskKind.Hash && resource.Length > 0 && names.Contains(f.Name)))
            key.AddFault("fields", $"\"{field.Name}\" is hashed, and the column of the other file is not", "a column without hash");
        if (resource.Length == 0 && names.Zip(referenced).Any(p => IsHashed(p.First) != IsHashed(p.Second)))
            key.AddFault("fields", "some of these are hashed and what they refer to is not, or the other way round", "both or none");
        return faults.Count > before ? null : new ForeignKey(names, resource, referenced);

        bool IsHashed(string name) => fields.Exists(f => f.Name == name && f.Mask == MaskKind.Hash);
    }

    private static void CheckNames(SchemaObject reader, IReadOnlyList<string> names, List<SchemaField> fields)
    {
        foreach (var name in names.Where(n => !fields.Exists(f => f.Name == n)))
            reader.AddFault("fields", $"there is no field \"{SchemaObject.Shorten(name)}\"", "names of this schema's fields");
    }

    // A name alone stands for a list of one.
    private static IReadOnlyList<string> Names(SchemaObject reader, string name)
    {
        const string allowed = "a field's name, or an array of fields' names";
        if (reader.TryGet(name, out var value) && value.Value.ValueKind == JsonValueKind.String) return [value.Value.GetString()!];
        if (value is not null && reader.ReadTexts(name, allowed) is { Count: > 0 } names) return names;
        if (value is null || value.Value.ValueKind == JsonValueKind.Array) reader.AddFault(name, "no field is named", allowed);
        return [];
    }
}
