using System.Text;
using System.Text.Json;
using Serverless.Http;

namespace Serverless.Csv.Schema;

/// <summary>Reads a Table Schema descriptor and reports everything that is wrong with it, not only the first thing.</summary>
public static class TableSchemaParser
{
    /// <summary>More columns than this are refused.</summary>
    public const int MaxFields = 16_384;

    private const string Later = "nothing: this is to come later";

    /// <param name="json">The descriptor's text.</param>
    public static SchemaParseResult Parse(string json)
    {
        try
        {
            using var document = StrictJson.ParseDocument(Encoding.UTF8.GetBytes(json));
            return Parse(document.RootElement);
        }
        catch (JsonException e)
        {
            return new(null, [new("$", $"this is not JSON: {e.Message}", "a Table Schema object")]);
        }
    }

    /// <param name="root">The descriptor.</param>
    public static SchemaParseResult Parse(JsonElement root)
    {
        var faults = new List<SchemaFault>();
        var reader = new SchemaObject(root, "$", faults);
        if (!reader.IsObject("a Table Schema object with \"fields\"")) return new(null, faults);

        reader.Refuse("primaryKey", "primary keys are not checked yet", Later);
        reader.Refuse("foreignKeys", "foreign keys are not checked yet", Later);
        var missing = reader.Texts("missingValues", "an array of strings") ?? [""];
        var fields = Fields(root, faults);
        return faults.Count > 0 ? new(null, faults) : new(new(fields) { MissingValues = missing }, faults);
    }

    private static List<SchemaField> Fields(JsonElement root, List<SchemaFault> faults)
    {
        const string allowed = "an array of at least one field object";
        var fields = new List<SchemaField>();
        if (!root.TryGetProperty("fields", out var array) || array.ValueKind != JsonValueKind.Array || array.GetArrayLength() == 0)
        {
            faults.Add(new("$.fields", "there are no fields", allowed));
            return fields;
        }

        if (array.GetArrayLength() > MaxFields)
        {
            faults.Add(new("$.fields", $"there are {array.GetArrayLength()} fields", $"at most {MaxFields}"));
            return fields;
        }

        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (index, element) in array.EnumerateArray().Index())
        {
            var path = $"$.fields[{index}]";
            if (SchemaFieldParser.Parse(element, path, faults) is not { } field) continue;
            if (field.Name.Length > 0 && !names.Add(field.Name)) faults.Add(new($"{path}.name", $"\"{field.Name}\" stands twice", "a name of its own for each field"));
            fields.Add(field);
        }

        return fields;
    }
}
