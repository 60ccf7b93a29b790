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

    /// <summary>The column of a table that is made for a field.</summary>
    public static LoadColumn Make(SchemaField field) => new(field.Name, TypeOf(field), field.Type, "");

    /// <summary>The column as it is declared in a table that is made.</summary>
    public static string Declare(SchemaField field) =>
        $"{QualifiedName.Quote(field.Name)} {TypeOf(field).ToSql()}{(field.Constraints.Required ? " NOT NULL" : "")}";

    /// <summary>The type of a column that takes what is sent.</summary>
    public static string ToSql(this StagedType type) => type switch
    {
        StagedType.WholeNumber => "bigint",
        StagedType.Year => "integer",
        StagedType.Numeric => "numeric",
        StagedType.Bool => "boolean",
        StagedType.Date => "date",
        StagedType.Time => "time",
        StagedType.Timestamp => "timestamp",
        StagedType.TimestampTz => "timestamptz",
        _ => "text",
    };

    private static StagedType TypeOf(SchemaField field) => field.Type switch
    {
        FieldType.Integer => StagedType.WholeNumber,
        FieldType.Number => StagedType.Numeric,
        FieldType.Boolean => StagedType.Bool,
        FieldType.Date => StagedType.Date,
        FieldType.Time => StagedType.Time,
        FieldType.DateTime => StagedType.TimestampTz,
        FieldType.Year => StagedType.Year,
        _ => StagedType.Text,
    };
}
