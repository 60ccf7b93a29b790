using Serverless.Csv.Checks;
using Serverless.Csv.Output;
using Serverless.Csv.Schema;
using Serverless.Csv.Values;

namespace Serverless.Csv.Cleaning;

/// <summary>Compiles a schema: one cleaner a column.</summary>
internal static class ColumnCleaners
{
    /// <summary>One cleaner a column.</summary>
    /// <param name="schema">The columns.</param>
    /// <param name="output">Where their values go.</param>
    /// <param name="maskKey">The key of masked values; without one nothing of them is told apart.</param>
    public static ColumnCleaner[] Create(TableSchema schema, CsvOutput output, byte[]? maskKey = null) =>
        [.. schema.Fields.Select(f => Masked(f, Create(f, f.MissingValues ?? schema.MissingValues, output), maskKey))];

    /// <summary>The columns' values for checks, which see them as they are.</summary>
    public static IReadOnlyList<IColumnValue> ListValues(IEnumerable<ColumnCleaner> columns) =>
        [.. columns.Select(c => c is MaskedCleaner masked ? masked.Inner : c)];

    public static ColumnCleaner Create(SchemaField field, IReadOnlyList<string> missingValues, CsvOutput output) => field.Type switch
    {
        FieldType.Integer or FieldType.Number => new NumberCleaner(field, missingValues, output),
        FieldType.Boolean => new BooleanCleaner(field, missingValues),
        FieldType.Date or FieldType.Time or FieldType.DateTime => new TemporalCleaner(field, missingValues),
        FieldType.Year => new YearCleaner(field, missingValues),
        _ => new TextCleaner(field, missingValues),
    };

    private static ColumnCleaner Masked(SchemaField field, ColumnCleaner cleaner, byte[]? key) =>
        field.Mask is { } kind ? new MaskedCleaner(cleaner, new MaskWriter(new MaskText(kind, key))) : cleaner;
}
