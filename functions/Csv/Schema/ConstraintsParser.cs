using System.Text.Json;
using Serverless.Csv.Cleaning;

namespace Serverless.Csv.Schema;

/// <summary>Reads a field's constraints, values in the field's own notation or in canonical form.</summary>
internal static class ConstraintsParser
{
    private const int MaxPatternLength = 1_000;
    private const string All = "required, unique, minLength, maxLength, minimum, maximum, pattern, enum";

    public static SchemaField Apply(SchemaObject owner, SchemaField field, string path, List<SchemaFault> faults)
    {
        if (!owner.TryGet("constraints", out var element)) return field;
        var reader = new SchemaObject(element.Value, $"{path}.constraints", faults);
        if (!reader.IsObject("an object")) return field;

        foreach (var name in reader.Names().Where(n => n is not ("unique" or "required" or "minLength" or "maxLength" or "minimum" or "maximum" or "pattern" or "enum")))
            reader.Fault(name, "this constraint is not known", All);

        var constraints = new FieldConstraints
        {
            Required = reader.Boolean("required") ?? false,
            Unique = reader.Boolean("unique") ?? false,
            MinLength = Length(reader, field, "minLength"),
            MaxLength = Length(reader, field, "maxLength"),
            Minimum = Bound(reader, field, "minimum"),
            Maximum = Bound(reader, field, "maximum"),
            Pattern = Pattern(reader, field),
            Enum = Enum(reader, field),
            Source = element.Value.GetRawText(),
        };
        if (constraints.MinLength > constraints.MaxLength) reader.Fault("maxLength", "this is less than minLength", "at least minLength");
        return field with { Constraints = constraints };
    }

    private static int? Length(SchemaObject reader, SchemaField field, string name)
    {
        if (!reader.TryGet(name, out _)) return null;
        if (field.Type == FieldType.String) return reader.Count(name);
        reader.Fault(name, $"{FieldTypes.Name(field.Type)} has no length", "this constraint is for string");
        return null;
    }

    private static string? Bound(SchemaObject reader, SchemaField field, string name)
    {
        if (!reader.TryGet(name, out var element)) return null;
        if (field.Type is FieldType.String or FieldType.Boolean or FieldType.Any)
        {
            reader.Fault(name, $"{FieldTypes.Name(field.Type)} has no order", "this constraint is for integer, number, date, time, datetime, year");
            return null;
        }

        if (Canonical(field, element.Value) is { } canonical && canonical is not ("NaN" or "INF" or "-INF")) return canonical;
        reader.Fault(name, $"{SchemaObject.Kind(element.Value)} cannot be read", Wording.Type(field));
        return null;
    }

    private static string? Pattern(SchemaObject reader, SchemaField field)
    {
        const string allowed = "a regular expression without look-around, back references and atomic groups";
        if (!reader.TryGet("pattern", out _)) return null;
        if (field.Type != FieldType.String)
        {
            reader.Fault("pattern", $"{FieldTypes.Name(field.Type)} is not matched as text", "this constraint is for string");
            return null;
        }

        if (reader.Text("pattern", allowed) is not { } pattern) return null;
        if (pattern.Length > MaxPatternLength)
        {
            reader.Fault("pattern", $"the expression has {pattern.Length} characters", $"at most {MaxPatternLength}");
            return null;
        }

        try
        {
            FieldConstraints.Compile(pattern);
            return pattern;
        }
        catch (ArgumentException e)
        {
            reader.Fault("pattern", $"the expression cannot be read: {e.Message}", allowed);
        }
        catch (NotSupportedException)
        {
            reader.Fault("pattern", "the expression needs backtracking or too many states", allowed);
        }

        return null;
    }

    private static List<string>? Enum(SchemaObject reader, SchemaField field)
    {
        if (!reader.TryGet("enum", out var element)) return null;
        if (element.Value.ValueKind != JsonValueKind.Array || element.Value.GetArrayLength() == 0)
        {
            reader.Fault("enum", $"this is {SchemaObject.Kind(element.Value)}", "an array of at least one value");
            return null;
        }

        var values = new List<string>();
        foreach (var (index, value) in element.Value.EnumerateArray().Index())
        {
            if (Canonical(field, value) is { } canonical) values.Add(canonical);
            else reader.Fault($"enum[{index}]", $"{SchemaObject.Kind(value)} cannot be read", Wording.Type(field));
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
