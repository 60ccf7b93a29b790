using System.Text.Json;
using Serverless.Csv.Cleaning;
using Serverless.Csv.Schema;
using Serverless.Csv.Values;

namespace Serverless.Csv.SchemaParsing;

/// <summary>Reads one field of a schema.</summary>
internal static class SchemaFieldParser
{
    private static readonly string[] Known =
    [
        "name", "type", "format", "title", "description", "example", "examples", "rdfType", "constraints", "missingValues", "categories",
        "categoriesOrdered",
        "trueValues", "falseValues", "decimalChar", "groupChar", "bareNumber",
    ];

    /// <summary>The members that no specification has.</summary>
    public static IReadOnlyList<string> Own { get; } = ["x-clean", "x-exact", "x-unit", "x-drop"];

    public static SchemaField? Parse(JsonElement element, string path, List<SchemaFault> faults)
    {
        var reader = new SchemaObject(element, path, faults);
        if (!reader.IsObject("a field object with a \"name\"")) return null;

        var before = faults.Count;
        var name = reader.ReadText("name", "the column's name");
        if (name is null && !reader.TryGet("name", out _)) reader.AddFault("name", "the field has no name", "the column's name");
        if (name is { Length: 0 }) reader.AddFault("name", "the name is empty", "the column's name");

        var type = Type(reader);
        var field = new SchemaField(name ?? "", type ?? FieldType.Any);
        reader.RefuseOthers(Known);

        if (type is null) return field;
        field = field with
        {
            Format = Format(reader, field.Type),
            IsExact = reader.ReadBoolean("x-exact") ?? false,
            IsDropped = reader.ReadBoolean("x-drop") ?? false,
            MissingValues = reader.ReadLabeledTexts("missingValues"),
        };
        field = Numbers(reader, Booleans(reader, Clean(reader, field)));

        // A minimum is read in the field's own notation, which must be sound for that.
        return faults.Count > before
            ? field : ConstraintsParser.ApplyCategories(reader, ConstraintsParser.Apply(reader, field, path, faults));
    }

    private static FieldType? Type(SchemaObject reader)
    {
        if (!reader.TryGet("type", out _)) return FieldType.String;
        if (reader.ReadText("type", FieldTypes.Types) is not { } name) return null;
        if (FieldTypes.FindType(name) is { } type) return type;
        reader.AddFault("type", $"the type \"{SchemaObject.Shorten(name)}\" is not supported", FieldTypes.Types);
        return null;
    }

    private static string Format(SchemaObject reader, FieldType type)
    {
        var allowed = type switch
        {
            FieldType.String => StringFormat.Allowed,
            FieldType.Date or FieldType.Time or FieldType.DateTime => $"default, any, or a pattern of {TemporalPattern.Directives}",
            _ => SchemaField.DefaultFormat,
        };
        var format = reader.ReadText("format", allowed) ?? SchemaField.DefaultFormat;
        if (format == SchemaField.DefaultFormat) return format;
        if (type == FieldType.String && StringFormat.IsKnown(format)) return format;
        if (type is FieldType.Date or FieldType.Time or FieldType.DateTime)
        {
            if (format == SchemaField.AnyFormat || TemporalPattern.Parse(format, type, out var problem) is not null) return format;
            reader.AddFault("format", problem, allowed);
        }
        else
        {
            reader.AddFault("format", $"\"{SchemaObject.Shorten(format)}\" is no format of {FieldTypes.Format(type)}", allowed);
        }

        return SchemaField.DefaultFormat;
    }

    private static SchemaField Clean(SchemaObject reader, SchemaField field)
    {
        var steps = new List<CleanStep>();
        var formulaSafe = false;
        MaskKind? mask = null;
        foreach (var name in reader.ReadTexts("x-clean", $"an array of {FieldTypes.Steps}") ?? [])
        {
            if (name == FieldTypes.FormulaSafe) formulaSafe = true;
            else if (FieldTypes.FindStep(name) is { } step) steps.Add(step);
            else if (FieldTypes.FindMask(name) is { } found)
            {
                if (mask is not null) reader.AddFault("x-clean", "a value is masked once", "hash or mask, once");
                mask = found;
            }
            else reader.AddFault("x-clean", $"the step \"{SchemaObject.Shorten(name)}\" is not known", FieldTypes.Steps);
        }

        return field with { Clean = steps, FormulaSafe = formulaSafe, Mask = mask };
    }

    private static SchemaField Booleans(SchemaObject reader, SchemaField field)
    {
        if (field.Type != FieldType.Boolean)
        {
            RefuseFor(reader, field.Type, "trueValues", "falseValues");
            return field;
        }

        const string allowed = "an array of at least one string";
        var yes = reader.ReadTexts("trueValues", allowed) ?? SchemaField.DefaultTrueValues;
        var no = reader.ReadTexts("falseValues", allowed) ?? SchemaField.DefaultFalseValues;
        if (yes.Count == 0) reader.AddFault("trueValues", "the array is empty", allowed);
        if (no.Count == 0) reader.AddFault("falseValues", "the array is empty", allowed);
        if (yes.Intersect(no, StringComparer.Ordinal).FirstOrDefault() is { } both)
            reader.AddFault("falseValues", $"\"{both}\" stands for true and for false", "values that are not in trueValues");
        return field with { TrueValues = yes, FalseValues = no };
    }

    private static SchemaField Numbers(SchemaObject reader, SchemaField field)
    {
        if (field.Type is not (FieldType.Number or FieldType.Integer))
        {
            RefuseFor(reader, field.Type, "decimalChar", "groupChar", "bareNumber", "x-unit");
            return field;
        }

        if (field.Type == FieldType.Integer) RefuseFor(reader, field.Type, "decimalChar");
        var group = Mark(reader, "groupChar", "");
        var point = field.Type == FieldType.Integer ? "." : Mark(reader, "decimalChar", ".");
        if (field.Type == FieldType.Number && group == point)
            reader.AddFault("groupChar", $"\"{group}\" is the decimal character", "another character");
        var bare = reader.ReadBoolean("bareNumber") ?? true;
        return field with { DecimalChar = point, GroupChar = group, BareNumber = bare, Unit = Unit(reader, bare) };
    }

    private static string? Unit(SchemaObject reader, bool bare)
    {
        const string allowed = "a text without digits, signs and spaces at its ends, beside \"bareNumber\": false";
        if (reader.ReadText("x-unit", allowed) is not { } unit) return null;
        if (!bare && unit.Length > 0 && unit == unit.Trim() && !unit.Any(c => char.IsAsciiDigit(c) || c is '+' or '-')) return unit;
        reader.AddFault("x-unit", $"\"{SchemaObject.Shorten(unit)}\" cannot stand beside a number", allowed);
        return null;
    }

    private static string Mark(SchemaObject reader, string name, string byDefault)
    {
        const string allowed = "a character that is no digit, letter or sign";
        if (reader.ReadText(name, allowed) is not { } mark) return byDefault;
        if (mark.Length == 0 && byDefault.Length == 0) return mark;
        if (mark.Length > 0 && !mark.Any(c => char.IsAsciiLetterOrDigit(c) || c is '+' or '-')) return mark;
        reader.AddFault(name, $"\"{SchemaObject.Shorten(mark)}\" cannot stand in a number", allowed);
        return byDefault;
    }

    private static void RefuseFor(SchemaObject reader, FieldType type, params ReadOnlySpan<string> names)
    {
        foreach (var name in names)
        {
            if (reader.TryGet(name, out _))
                reader.AddFault(name, $"this says nothing about {FieldTypes.Format(type)}", "nothing, for this type");
        }
    }
}
