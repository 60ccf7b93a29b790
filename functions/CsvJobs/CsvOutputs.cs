using System.Text.RegularExpressions;
using Serverless.Csv.Report;
using Serverless.CsvJobs.Run;

namespace Serverless.CsvJobs;

/// <summary>The names of a job's results.</summary>
internal static partial class CsvOutputs
{
    /// <summary>True when a file's name is one that a job gives, in whatever format.</summary>
    public static bool IsName(string name) =>
        name is Outputs.Rejects or Outputs.Schema or Outputs.Summary or CsvReport.HtmlName || Clean().IsMatch(name);

    [GeneratedRegex(@"^clean\.((csv|jsonl)(\.gz)?|parquet)(\.part)?$")]
    private static partial Regex Clean();
}
