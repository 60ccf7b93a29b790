using Serverless.Csv.Schema;

namespace Serverless.Csv.Output;

/// <summary>Makes the writer of an output format.</summary>
internal static class RecordWriters
{
    public static IRecordWriter Create(TableSchema schema, CsvOutput output) => output switch
    {
        CsvOutput.Jsonl => new JsonLinesRecordWriter(schema),
        CsvOutput.Parquet => new ParquetRecordWriter(schema),
        _ => new CsvRecordWriter(schema),
    };

    /// <summary>The bytes before all records: the column names of CSV; nothing otherwise.</summary>
    public static ReadOnlyMemory<byte> Header(TableSchema schema, CsvOutput output) =>
        output == CsvOutput.Csv ? CsvRecordWriter.Header(schema) : ReadOnlyMemory<byte>.Empty;
}
