using Serverless.Csv.Schema;

namespace Serverless.Csv.Output;

/// <summary>Makes the writer of an output format.</summary>
internal static class RecordWriters
{
    /// <summary>A writer that is given all columns of a schema.</summary>
    public static RecordWriter Create(TableSchema schema, CsvOutput output) => Project(schema, CreateWritten(schema.Written, output));

    /// <summary>A writer that is given those columns only which are written.</summary>
    public static RecordWriter CreateWritten(TableSchema written, CsvOutput output) => output switch
    {
        CsvOutput.Jsonl => new JsonLinesRecordWriter(written),
        CsvOutput.Parquet => new ParquetRecordWriter(written),
        _ => new CsvRecordWriter(written),
    };

    /// <summary>Leaves the columns that are dropped out of what a writer is given.</summary>
    public static RecordWriter Project(TableSchema schema, RecordWriter target) =>
        schema.Fields.Any(f => f.IsDropped) ? new ProjectingWriter(schema, target) : target;

    /// <summary>The bytes before all records: the column names of CSV, and what each Parquet file starts with.</summary>
    public static ReadOnlyMemory<byte> BuildHeader(TableSchema schema, CsvOutput output) => output switch
    {
        CsvOutput.Csv => CsvRecordWriter.BuildHeader(schema.Written),
        CsvOutput.Parquet => ParquetFooter.Magic.ToArray(),
        _ => ReadOnlyMemory<byte>.Empty,
    };
}
