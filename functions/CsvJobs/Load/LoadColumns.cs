using Serverless.Csv.Schema;
using Serverless.Csv.Values;

namespace Serverless.CsvJobs.Load;

/// <summary>Which column types a field's values go into, and as what they are sent.</summary>
internal static class LoadColumns
{
    private static readonly HashSet<string> Texts = ["text", "varchar", "bpchar"];
    private static readonly HashSet<string> Integers = ["int2", "int4", "int8"];
    private static readonly HashSet<string> Floats = ["float4", "float8"];

    /// <summary>The column for a field.</summary>
    /// <returns>Null when the values do not go into it.</returns>
    public static LoadColumn? Fit(SchemaField field, TargetColumn column)
    {
        StagedType? type = field.Type switch
        {
            _ when Texts.Contains(column.Type) => StagedType.Text,
            FieldType.Integer or FieldType.Year when Integers.Contains(column.Type) => StagedType.WholeNumber,
            FieldType.Integer or FieldType.Year or FieldType.Number when column.Type == "numeric" || Floats.Contains(column.Type) =>
                StagedType.Numeric,
            FieldType.Boolean when column.Type == "bool" => StagedType.Bool,
            FieldType.Date when column.Type == "date" => StagedType.Date,
            FieldType.Time when column.Type == "time" => StagedType.Time,
            FieldType.DateTime when column.Type == "timestamp" => StagedType.Timestamp,
            FieldType.DateTime when column.Type == "timestamptz" => StagedType.TimestampTz,
            FieldType.String or FieldType.Any when column.Type == "uuid" => StagedType.Text,
            _ => null,
        };
        return type is { } found ? new LoadColumn(field.Name, found, field.Type, column.Type == "uuid" ? "::uuid" : "") : null;
    }

    /// <summary>The type that a table which is made gets for a field.</summary>
    public static string Declare(SchemaField field) => field.Type switch
    {
        FieldType.Integer => "bigint",
        FieldType.Number => "numeric",
        FieldType.Boolean => "boolean",
        FieldType.Date => "date",
        FieldType.Time => "time",
        FieldType.DateTime => "timestamptz",
        FieldType.Year => "integer",
        _ => "text",
    };

    /// <summary>The type of a column of a range's own table.</summary>
    public static string Sql(this StagedType type) => type switch
    {
        StagedType.WholeNumber => "bigint",
        StagedType.Numeric => "numeric",
        StagedType.Bool => "boolean",
        StagedType.Date => "date",
        StagedType.Time => "time",
        StagedType.Timestamp => "timestamp",
        StagedType.TimestampTz => "timestamptz",
        _ => "text",
    };
}
