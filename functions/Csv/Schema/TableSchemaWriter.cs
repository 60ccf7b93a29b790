using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Serverless.Csv.Values;

namespace Serverless.Csv.Schema;

/// <summary>Writes a schema as a Table Schema descriptor, leaving out what is default.</summary>
internal static class TableSchemaWriter
{
    private static readonly JsonWriterOptions Options = new() { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static string Write(TableSchema schema)
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream, Options))
        {
            json.WriteStartObject();
            json.WriteStartArray("fields");
            foreach (var field in schema.Fields) WriteField(json, field);
            json.WriteEndArray();
            if (!schema.MissingValues.SequenceEqual([""])) WriteTexts(json, "missingValues", schema.MissingValues);
            if (schema.FieldsMatch != FieldsMatch.Exact) json.WriteString("fieldsMatch", FieldsMatches.Format(schema.FieldsMatch));
            if (schema.UniqueKeys.Count > 0)
            {
                json.WriteStartArray("uniqueKeys");
                foreach (var key in schema.UniqueKeys)
                {
                    json.WriteStartArray();
                    foreach (var name in key) json.WriteStringValue(name);
                    json.WriteEndArray();
                }

                json.WriteEndArray();
            }

            if (schema.PrimaryKey.Count > 0) WriteTexts(json, "primaryKey", schema.PrimaryKey);
            if (schema.ForeignKeys.Count > 0) WriteForeignKeys(json, schema.ForeignKeys);
            if (schema.Checks.Count > 0 || schema.ColumnChecks.Any || schema.Dimensions is not null) TableCheckWriter.Write(json, schema);
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(stream.GetBuffer(), 0, (int)stream.Length) + "\n";
    }

    private static void WriteForeignKeys(Utf8JsonWriter json, IReadOnlyList<ForeignKey> keys)
    {
        json.WriteStartArray("foreignKeys");
        foreach (var key in keys)
        {
            json.WriteStartObject();
            WriteTexts(json, "fields", key.Fields);
            json.WriteStartObject("reference");
            json.WriteString("resource", key.Resource);
            WriteTexts(json, "fields", key.Referenced);
            json.WriteEndObject();
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteField(Utf8JsonWriter json, SchemaField field)
    {
        json.WriteStartObject();
        json.WriteString("name", field.Name);
        json.WriteString("type", FieldTypes.Format(field.Type));
        if (field.Format != SchemaField.DefaultFormat) json.WriteString("format", field.Format);
        if (field.Type == FieldType.Boolean)
        {
            if (!field.TrueValues.SequenceEqual(SchemaField.DefaultTrueValues)) WriteTexts(json, "trueValues", field.TrueValues);
            if (!field.FalseValues.SequenceEqual(SchemaField.DefaultFalseValues)) WriteTexts(json, "falseValues", field.FalseValues);
        }

        if (field.DecimalChar != ".") json.WriteString("decimalChar", field.DecimalChar);
        if (field.GroupChar.Length > 0) json.WriteString("groupChar", field.GroupChar);
        if (!field.BareNumber) json.WriteBoolean("bareNumber", false);
        if (field.Unit is not null) json.WriteString("x-unit", field.Unit);
        if (field.MissingValues is { } missing) WriteTexts(json, "missingValues", missing);
        if (field.IsExact) json.WriteBoolean("x-exact", true);
        if (field.Constraints != FieldConstraints.None) WriteConstraints(json, field);
        IReadOnlyList<string> clean =
        [
            .. field.Clean.Select(FieldTypes.Format), .. field.FormulaSafe ? [FieldTypes.FormulaSafe] : (string[])[],
            .. field.Mask is { } mask ? [FieldTypes.Format(mask)] : (string[])[],
        ];
        if (clean.Count > 0) WriteTexts(json, "x-clean", clean);
        if (field.IsDropped) json.WriteBoolean("x-drop", true);
        json.WriteEndObject();
    }

    private static void WriteConstraints(Utf8JsonWriter json, SchemaField field)
    {
        json.WritePropertyName("constraints");
        var constraints = field.Constraints;
        if (constraints.Source is { } source)
        {
            json.WriteRawValue(source);
            return;
        }

        json.WriteStartObject();
        if (constraints.Required) json.WriteBoolean("required", true);
        if (constraints.Unique) json.WriteBoolean("unique", true);
        if (constraints.MinLength is { } minLength) json.WriteNumber("minLength", minLength);
        if (constraints.MaxLength is { } maxLength) json.WriteNumber("maxLength", maxLength);
        if (constraints.Minimum is { } minimum) json.WriteString("minimum", minimum);
        if (constraints.Maximum is { } maximum) json.WriteString("maximum", maximum);
        if (constraints.ExclusiveMinimum is { } above) json.WriteString("exclusiveMinimum", above);
        if (constraints.ExclusiveMaximum is { } below) json.WriteString("exclusiveMaximum", below);
        if (constraints.Pattern is { } pattern) json.WriteString("pattern", pattern);
        if (constraints.Enum is { } values) WriteTexts(json, "enum", values);
        json.WriteEndObject();
    }

    private static void WriteTexts(Utf8JsonWriter json, string name, IReadOnlyList<string> texts)
    {
        json.WriteStartArray(name);
        foreach (var text in texts) json.WriteStringValue(text);
        json.WriteEndArray();
    }
}
