using Serverless.Csv.Output;
using Serverless.Csv.Report;

namespace Serverless.CsvJobs.Run;

/// <summary>The names of a job's outputs, and their writers.</summary>
internal static class Outputs
{
    public const string Rejects = "rejects.csv";
    public const string Schema = "schema.json";
    public const string Summary = "summary.json";

    /// <summary>True when a blob of that name is one of a job's outputs.</summary>
    public static bool IsOutput(string name) =>
        name is Rejects or Schema or Summary or CsvReport.HtmlName
            || (name.StartsWith("clean", StringComparison.Ordinal) && Path.GetExtension(name) is ".csv" or ".jsonl" or ".parquet");

    /// <summary>One blob for all ranges, but a file a range where the format cannot be put together from pieces.</summary>
    public static string CleanName(CsvOutput output, string label) => output switch
    {
        CsvOutput.Jsonl => "clean.jsonl",
        CsvOutput.Parquet => $"clean-{label}.parquet",
        _ => "clean.csv",
    };
}
