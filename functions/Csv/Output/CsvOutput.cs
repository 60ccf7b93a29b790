namespace Serverless.Csv.Output;

/// <summary>How the clean records are written.</summary>
public enum CsvOutput
{
    Csv,
    Jsonl,
    Parquet,
}
