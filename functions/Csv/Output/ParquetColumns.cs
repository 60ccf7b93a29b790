using Parquet.Schema;
using Serverless.Csv.Schema;
using Serverless.Csv.Values;

namespace Serverless.Csv.Output;

/// <summary>Makes the columns of a Parquet file.</summary>
internal static class ParquetColumns
{
    /// <summary>A column for each that is written.</summary>
    public static ParquetColumn[] Create(TableSchema written) => [.. written.Fields.Select(Create)];

    /// <summary>A date and time as the file has it: microseconds since 1970.</summary>
    public static long CountMicroseconds(long ticks) =>
        ticks / TimeSpan.TicksPerMicrosecond - DateTime.UnixEpoch.Ticks / TimeSpan.TicksPerMicrosecond;

    /// <summary>A date as the file has it: days since 1970.</summary>
    public static int CountDays(DateTime date) => (date - DateTime.UnixEpoch).Days;

    private static ParquetColumn Create(SchemaField field) => field.Type switch
    {
        FieldType.Integer => new ParquetValueColumn<long, long>(new DataField<long>(field.Name, true), ParquetType.Int64, v => v),
        FieldType.Number => new ParquetValueColumn<double, double>(new DataField<double>(field.Name, true), ParquetType.Double, v => v),
        FieldType.Boolean => new ParquetFlagColumn(new DataField<bool>(field.Name, true)),
        FieldType.Year => new ParquetValueColumn<int, int>(new DataField<int>(field.Name, true), ParquetType.Int32, v => v),
        FieldType.Date => new ParquetValueColumn<int, DateTime>(
            new DateTimeDataField(field.Name, DateTimeFormat.Date, isNullable: true), ParquetType.Int32, CountDays),
        FieldType.Time => new ParquetValueColumn<long, long>(
            new TimeDataField(field.Name, TimeUnitPrecision.Micros, true), ParquetType.Int64, v => v),
        FieldType.DateTime => new ParquetValueColumn<long, DateTime>(
            new DateTimeDataField(
                field.Name, DateTimeFormat.Timestamp, isAdjustedToUTC: true, unit: DateTimeTimeUnit.Micros, isNullable: true),
            ParquetType.Int64, v => CountMicroseconds(v.Ticks)),
        _ => new ParquetTextColumn(new DataField<string>(field.Name, true)),
    };
}
