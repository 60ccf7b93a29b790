using System.Text;
using System.Text.Json;
using Serverless.Csv.Schema;
using Serverless.Csv.Values;
using Serverless.Http;

namespace Serverless.Csv.SchemaParsing;

/// <summary>Reads a Table Schema descriptor and reports everything that is wrong with it, not only the first thing.</summary>
internal static class TableSchemaParser
{
    /// <summary>More columns than this are refused.</summary>
    public const int MaxFields = 16_384;

    /// <summary>More keys than this are refused: each is a pass over all records' values.</summary>
    public const int MaxKeys = 32;

    private const string KeyMasks = "hash, for texts, integers, dates, years and booleans";

    private static readonly string[] Known =
    [
        "fields", "fieldsMatch", "missingValues", "primaryKey", "uniqueKeys", "foreignKeys", "$schema", "profile", "name", "title",
        "description", "homepage", "version", "keywords", "rdfType",
    ];

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
            return new(null, [new("$", $"this is not JSON: {JsonErrors.Describe(e)}", "a Table Schema object")]);
        }
    }

    /// <param name="root">The descriptor.</param>
    public static SchemaParseResult Parse(JsonElement root)
    {
        var faults = new List<SchemaFault>();
        var reader = new SchemaObject(root, "$", faults);
        if (!reader.IsObject("a Table Schema object with \"fields\"")) return new(null, faults);

        reader.RefuseOthers(Known);
        var match = FieldsMatches.Read(reader);
        var missing = reader.ReadLabeledTexts("missingValues") ?? [""];
        var fields = Fields(root, faults);
        var primaryKey = PrimaryKey(reader, fields);
        var uniqueKeys = UniqueKeys(reader, fields);
        var foreignKeys = ForeignKeysParser.Parse(reader, fields, faults);
        var checks = new ChecksParser(faults);
        checks.Read(reader);
        if (faults.Count > 0) return new(null, faults);

        var schema = new TableSchema([.. fields.Select(f => primaryKey.Contains(f.Name) ? Required(f) : f)])
        {
            MissingValues = missing,
            PrimaryKey = primaryKey,
            UniqueKeys = uniqueKeys,
            ForeignKeys = foreignKeys,
            Checks = checks.Checks,
            ColumnChecks = checks.ColumnChecks,
            Dimensions = checks.TableDimensions,
            FieldsMatch = match,
            UnreadMembers = Unread(root),
        };
        if (schema.Keys.Count > MaxKeys)
            faults.Add(
                new("$.fields", $"there are {schema.Keys.Count} keys", $"at most {MaxKeys} unique columns, the primary key included"));
        foreach (var field in schema.Keys.SelectMany(k => k.Columns).Distinct().Select(c => schema.Fields[c]))
        {
            var hasFewForms = field.Type is not (FieldType.Number or FieldType.Time or FieldType.DateTime);
            if (field.Mask == MaskKind.Mask || (field.Mask == MaskKind.Hash && !hasFewForms))
                faults.Add(new($"$.fields.{field.Name}.x-clean", "a key's values are compared when they are masked already", KeyMasks));
        }

        checks.Bind(schema);
        return faults.Count > 0 ? new(null, faults) : new(schema, faults);
    }

    // A name alone stands for a list of one.
    private static IReadOnlyList<string> PrimaryKey(SchemaObject reader, List<SchemaField> fields)
    {
        const string allowed = "a field's name, or an array of fields' names";
        if (!reader.TryGet("primaryKey", out var value) || value.Value.ValueKind == JsonValueKind.Null) return [];
        var names = value.Value.ValueKind == JsonValueKind.String
            ? [value.Value.GetString()!] : reader.ReadTexts("primaryKey", allowed) ?? [];
        foreach (var name in names.Where(n => !fields.Exists(f => f.Name == n)))
            reader.AddFault("primaryKey", $"there is no field \"{SchemaObject.Shorten(name)}\"", allowed);
        if (names.Distinct(StringComparer.Ordinal).Count() < names.Count)
            reader.AddFault("primaryKey", "a name stands twice", "each name once");
        return names;
    }

    private static List<IReadOnlyList<string>> UniqueKeys(SchemaObject reader, List<SchemaField> fields)
    {
        const string allowed = "an array of arrays of fields' names";
        var keys = new List<IReadOnlyList<string>>();
        if (!reader.TryGet("uniqueKeys", out var array) || array.Value.ValueKind == JsonValueKind.Null) return keys;
        foreach (var key in array.Value.ValueKind == JsonValueKind.Array ? array.Value.EnumerateArray() : [])
        {
            if (key.ValueKind != JsonValueKind.Array || key.GetArrayLength() == 0 || !key.EnumerateArray()
                .All(n => n.ValueKind == JsonValueKind.String)) break;
            keys.Add([.. key.EnumerateArray().Select(n => n.GetString()!)]);
        }

        if (array.Value.ValueKind != JsonValueKind.Array || keys.Count < array.Value.GetArrayLength())
            reader.AddFault("uniqueKeys", $"this is {SchemaObject.DescribeKind(array.Value)}", allowed);
        foreach (var name in keys.SelectMany(k => k).Where(n => !fields.Exists(f => f.Name == n)).Distinct(StringComparer.Ordinal))
            reader.AddFault("uniqueKeys", $"there is no field \"{SchemaObject.Shorten(name)}\"", allowed);
        if (keys.Exists(k => k.Distinct(StringComparer.Ordinal).Count() < k.Count))
            reader.AddFault("uniqueKeys", "a name stands twice in a key", "each name once");
        return keys;
    }

    private static List<string> Unread(JsonElement root)
    {
        var names = root.EnumerateObject().Concat(root.GetProperty("fields").EnumerateArray().SelectMany(f => f.EnumerateObject()))
            .Select(p => p.Name);
        return [
            .. names.Where(n => n.StartsWith("x-", StringComparison.Ordinal)).Except([ChecksParser.Name, .. SchemaFieldParser.Own]),
        ];
    }

    private static SchemaField Required(SchemaField field) => field with { Constraints = field.Constraints with { Required = true } };

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
            if (field.Name.Length > 0 && !names.Add(field.Name))
                faults.Add(new($"{path}.name", $"\"{field.Name}\" stands twice", "a name of its own for each field"));
            fields.Add(field);
        }

        return fields;
    }
}
