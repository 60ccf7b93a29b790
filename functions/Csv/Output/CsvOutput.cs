namespace Serverless.Csv.Output;

/// <summary>The formats of the clean records.</summary>
internal enum CsvOutput
{
    Csv,
    Jsonl,
    Parquet,
}
