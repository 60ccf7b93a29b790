using System.Text.Json;
using Serverless.Csv.Checks;
using Serverless.Csv.Values;

namespace Serverless.Csv.Schema;

/// <summary>Writes a schema's <c>x-checks</c>.</summary>
internal static class TableCheckWriter
{
    public static void Write(Utf8JsonWriter json, TableSchema schema)
    {
        json.WriteStartArray("x-checks");
        foreach (var check in schema.Checks)
        {
            if (check.Code == ErrorCodes.ForbiddenValue) WriteForbidden(json, check.Syntax.Children[0].Children);
            else json.WriteStringValue(check.Text);
        }

        foreach (var field in schema.ColumnChecks.Sequences) Write(json, "sequential-value", field, null);
        foreach (var deviation in schema.ColumnChecks.Deviations) Write(json, "deviated-value", deviation.Field, deviation.Interval);
        if (schema.Dimensions is { } dimensions) Write(json, dimensions);
        json.WriteEndArray();
    }

    private static void Write(Utf8JsonWriter json, string type, string field, string? interval)
    {
        json.WriteStartObject();
        json.WriteString("type", type);
        json.WriteString("fieldName", field);
        if (interval is not null)
        {
            json.WritePropertyName("interval");
            json.WriteRawValue(interval);
        }

        json.WriteEndObject();
    }

    private static void WriteForbidden(Utf8JsonWriter json, IReadOnlyList<CheckSyntax> parts)
    {
        json.WriteStartObject();
        json.WriteString("type", "forbidden-value");
        json.WriteString("fieldName", parts[0].Text);
        json.WriteStartArray("values");
        foreach (var value in parts.Skip(1))
        {
            if (value.Part == CheckPart.Text) json.WriteStringValue(value.Text);
            else json.WriteRawValue(value.Text);
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, TableDimensions dimensions)
    {
        json.WriteStartObject();
        json.WriteString("type", "table-dimensions");
        Write("numRows", dimensions.NumRows);
        Write("minRows", dimensions.MinRows);
        Write("maxRows", dimensions.MaxRows);
        Write("numFields", dimensions.NumFields);
        Write("minFields", dimensions.MinFields);
        Write("maxFields", dimensions.MaxFields);
        json.WriteEndObject();

        void Write(string name, long? size)
        {
            if (size is { } number) json.WriteNumber(name, number);
        }
    }
}
