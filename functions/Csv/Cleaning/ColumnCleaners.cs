using Serverless.Csv.Output;
using Serverless.Csv.Schema;
using Serverless.Csv.Values;

namespace Serverless.Csv.Cleaning;

/// <summary>Compiles a schema: one cleaner a column.</summary>
internal static class ColumnCleaners
{
    public static ColumnCleaner[] Create(TableSchema schema, CsvOutput output) =>
        [.. schema.Fields.Select(f => Create(f, f.MissingValues ?? schema.MissingValues, output))];

    public static ColumnCleaner Create(SchemaField field, IReadOnlyList<string> missingValues, CsvOutput output) => field.Type switch
    {
        FieldType.Integer or FieldType.Number => new NumberCleaner(field, missingValues, output),
        FieldType.Boolean => new BooleanCleaner(field, missingValues),
        FieldType.Date or FieldType.Time or FieldType.DateTime => new TemporalCleaner(field, missingValues),
        FieldType.Year => new YearCleaner(field, missingValues),
        _ => new TextCleaner(field, missingValues),
    };
}
