namespace Serverless.Csv.Jobs.Run;

/// <summary>What a job's outputs are called, and who writes them.</summary>
internal static class Outputs
{
    public const string Rejects = "rejects.csv";
    public const string Schema = "schema.json";
    public const string Summary = "summary.json";

    /// <summary>One blob for all ranges, but a file a range where the format cannot be put together from pieces.</summary>
    public static string CleanName(CsvOutput output, string label) => output switch
    {
        CsvOutput.Jsonl => "clean.jsonl",
        CsvOutput.Parquet => $"clean-{label}.parquet",
        _ => "clean.csv",
    };
}
