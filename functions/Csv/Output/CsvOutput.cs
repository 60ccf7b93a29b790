namespace Serverless.Csv.Output;

/// <summary>How the clean records are written.</summary>
internal enum CsvOutput
{
    Csv,
    Jsonl,
    Parquet,
}
