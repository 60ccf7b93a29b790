namespace Serverless.Csv.Jobs;

/// <summary>How the clean records are written.</summary>
public enum CsvOutput
{
    Csv,
    Jsonl,
    Parquet,
}
