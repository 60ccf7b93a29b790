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

    /// <summary>The name of a result within its job's folder.</summary>
    /// <param name="path">The folder and the name.</param>
    public static string NameOf(string path) => Partition().Match(path) is { Success: true } found ? found.Value : Path.GetFileName(path);

    [GeneratedRegex(@"^clean(|/[^/]+=[^/]*/records)\.((csv|jsonl)(\.gz)?|parquet)(\.part)?$")]
    private static partial Regex Clean();

    [GeneratedRegex(@"(?<=^|/)clean/[^/]+=[^/]*/records\.((csv|jsonl)(\.gz)?|parquet)$")]
    private static partial Regex Partition();
}
