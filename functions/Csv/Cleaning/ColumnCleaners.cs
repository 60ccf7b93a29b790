using Serverless.Csv.Output;
using Serverless.Csv.Schema;

namespace Serverless.Csv.Cleaning;

/// <summary>Compiles a schema: one cleaner a column.</summary>
internal static class ColumnCleaners
{
    public static ColumnCleaner[] Create(TableSchema schema, OutputFormat format) =>
        [.. schema.Fields.Select(f => Create(f, schema.MissingValues, format))];

    public static ColumnCleaner Create(SchemaField field, IReadOnlyList<string> missingValues, OutputFormat format) => field.Type switch
    {
        FieldType.Integer or FieldType.Number => new NumberCleaner(field, missingValues, format),
        FieldType.Boolean => new BooleanCleaner(field, missingValues),
        FieldType.Date or FieldType.Time or FieldType.DateTime => new TemporalCleaner(field, missingValues),
        FieldType.Year => new YearCleaner(field, missingValues),
        _ => new TextCleaner(field, missingValues),
    };
}
