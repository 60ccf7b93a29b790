namespace Serverless.Csv.Output;

/// <summary>The ways in which a value is stored, by the format's <c>parquet.thrift</c>.</summary>
internal enum ParquetType
{
    Boolean = 0,
    Int32 = 1,
    Int64 = 2,
    Double = 5,
    Bytes = 6,
}
