using System.Text.Json;
using Serverless.Csv.Cleaning;
using Serverless.Csv.Schema;
using Serverless.Csv.Values;

namespace Serverless.Csv.SchemaParsing;

/// <summary>Reads a field's constraints, values in the field's own notation or in canonical form.</summary>
internal static class ConstraintsParser
{
    private const int MaxPatternLength = 1_000;

    private static readonly string[] Known =
        ["required", "unique", "minLength", "maxLength", "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "pattern", "enum"];

    public static SchemaField Apply(SchemaObject owner, SchemaField field, string path, List<SchemaFault> faults)
    {
        if (!owner.TryGet("constraints", out var element)) return field;
        var reader = new SchemaObject(element.Value, $"{path}.constraints", faults);
        if (!reader.IsObject("an object")) return field;

        reader.RefuseOthers(Known);
        var constraints = new FieldConstraints
        {
            Required = reader.ReadBoolean("required") ?? false,
            Unique = reader.ReadBoolean("unique") ?? false,
            MinLength = Length(reader, field, "minLength"),
            MaxLength = Length(reader, field, "maxLength"),
            Minimum = Bound(reader, field, "minimum"),
            Maximum = Bound(reader, field, "maximum"),
            ExclusiveMinimum = Bound(reader, field, "exclusiveMinimum"),
            ExclusiveMaximum = Bound(reader, field, "exclusiveMaximum"),
            Pattern = Pattern(reader, field),
            Enum = Enum(reader, field),
            Source = element.Value.GetRawText(),
        };
        if (constraints.MinLength > constraints.MaxLength)
            reader.AddFault("maxLength", "this is less than minLength", "at least minLength");
        if (constraints.Minimum is not null && constraints.ExclusiveMinimum is not null)
            reader.AddFault("exclusiveMinimum", "there is a minimum, too", "one of minimum and exclusiveMinimum");
        if (constraints.Maximum is not null && constraints.ExclusiveMaximum is not null)
            reader.AddFault("exclusiveMaximum", "there is a maximum, too", "one of maximum and exclusiveMaximum");
        return field with { Constraints = constraints };
    }

    /// <summary>Categories allow their values and no others; an <c>enum</c> beside them has to be a part of them.</summary>
    public static SchemaField ApplyCategories(SchemaObject reader, SchemaField field)
    {
        const string allowed = "an array of at least one value, or of objects with a \"value\" and a \"label\"";
        if (!reader.TryGet("categories", out var element)) return field;
        if (field.Type is not (FieldType.String or FieldType.Integer))
        {
            reader.AddFault(
                "categories", $"this says nothing about {FieldTypes.Format(field.Type)}", "categories are for string and integer");
            return field;
        }

        var values = new List<string>();
        foreach (var category in element.Value.ValueKind == JsonValueKind.Array ? element.Value.EnumerateArray() : [])
        {
            var value = category.ValueKind == JsonValueKind.Object && category.TryGetProperty("value", out var labeled)
                ? labeled : category;
            if (Canonical(field, value) is { } canonical) values.Add(canonical);
            else reader.AddFault("categories", $"{SchemaObject.DescribeKind(value)} cannot be read", Wording.DescribeType(field));
        }

        if (element.Value.ValueKind != JsonValueKind.Array || element.Value.GetArrayLength() == 0)
            reader.AddFault(
                "categories", $"this is {SchemaObject.DescribeKind(element.Value)}", allowed);
        var constraints = field.Constraints;
        if (constraints.Enum?.Except(values, StringComparer.Ordinal).FirstOrDefault() is { } other)
            reader.AddFault("categories", $"the enum's \"{SchemaObject.Shorten(other)}\" is not among them", "all values of the enum");

        // Written again, they are the enum that they amount to.
        return constraints.Enum is not null
            ? field : field with { Constraints = constraints with { Enum = values, Source = WithEnum(constraints.Source, values) } };
    }

    private static string? WithEnum(string? source, List<string> values)
    {
        if (source is null) return null;
        var json = System.Text.Json.Nodes.JsonNode.Parse(source)!.AsObject();
        json["enum"] = JsonSerializer.SerializeToNode(values);
        return json.ToJsonString();
    }

    private static int? Length(SchemaObject reader, SchemaField field, string name)
    {
        if (!reader.TryGet(name, out _)) return null;
        if (field.Type == FieldType.String) return reader.Count(name);
        reader.AddFault(name, $"{FieldTypes.Format(field.Type)} has no length", "this constraint is for string");
        return null;
    }

    private static string? Bound(SchemaObject reader, SchemaField field, string name)
    {
        if (!reader.TryGet(name, out var element)) return null;
        if (field.Type is FieldType.String or FieldType.Boolean or FieldType.Any)
        {
            reader.AddFault(
                name, $"{FieldTypes.Format(field.Type)} has no order",
                "this constraint is for integer, number, date, time, datetime, year");
            return null;
        }

        if (Canonical(field, element.Value) is { } canonical && canonical is not ("NaN" or "INF" or "-INF")) return canonical;
        reader.AddFault(name, $"{SchemaObject.DescribeKind(element.Value)} cannot be read", Wording.DescribeType(field));
        return null;
    }

    private static string? Pattern(SchemaObject reader, SchemaField field)
    {
        const string allowed = "a regular expression without look-around, back references and atomic groups";
        if (!reader.TryGet("pattern", out _)) return null;
        if (field.Type != FieldType.String)
        {
            reader.AddFault("pattern", $"{FieldTypes.Format(field.Type)} is not matched as text", "this constraint is for string");
            return null;
        }

        if (reader.ReadText("pattern", allowed) is not { } pattern) return null;
        if (pattern.Length > MaxPatternLength)
        {
            reader.AddFault("pattern", $"the expression has {pattern.Length} characters", $"at most {MaxPatternLength}");
            return null;
        }

        try
        {
            FieldConstraints.Compile(pattern);
            return pattern;
        }
        catch (ArgumentException e)
        {
            reader.AddFault("pattern", $"the expression cannot be read: {e.Message}", allowed);
        }
        catch (NotSupportedException)
        {
            reader.AddFault("pattern", "the expression needs backtracking or too many states", allowed);
        }

        return null;
    }

    private static List<string>? Enum(SchemaObject reader, SchemaField field)
    {
        if (!reader.TryGet("enum", out var element)) return null;
        if (element.Value.ValueKind != JsonValueKind.Array || element.Value.GetArrayLength() == 0)
        {
            reader.AddFault("enum", $"this is {SchemaObject.DescribeKind(element.Value)}", "an array of at least one value");
            return null;
        }

        var values = new List<string>();
        foreach (var (index, value) in element.Value.EnumerateArray().Index())
        {
            if (Canonical(field, value) is { } canonical) values.Add(canonical);
            else reader.AddFault($"enum[{index}]", $"{SchemaObject.DescribeKind(value)} cannot be read", Wording.DescribeType(field));
        }

        return values;
    }

    // A string is in the field's notation; a JSON number or boolean is in JSON's.
    private static string? Canonical(SchemaField field, JsonElement value)
    {
        var (text, notation) = value.ValueKind switch
        {
            JsonValueKind.String => (value.GetString()!, field),
            JsonValueKind.Number => (value.GetRawText(), new(field.Name, field.Type)),
            JsonValueKind.True => ("true", new(field.Name, field.Type)),
            JsonValueKind.False => ("false", new(field.Name, field.Type)),
            _ => (null, field),
        };
        return text is not null && CanonicalText.TryMake(notation, text, out var canonical) ? canonical : null;
    }
}
