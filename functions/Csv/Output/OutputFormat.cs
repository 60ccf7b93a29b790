namespace Serverless.Csv.Output;

/// <summary>What accepted records are written as.</summary>
public enum OutputFormat
{
    Csv,
    JsonLines,
    Parquet,
}
