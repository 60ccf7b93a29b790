using Serverless.Csv.Output;
using Serverless.Csv.Report;
using Serverless.Csv.Schema;
using Serverless.Csv.Values;
using Serverless.CsvJobs.Blobs;

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
            || (name.StartsWith("clean", StringComparison.Ordinal) && Path.GetExtension(name) is ".csv" or ".jsonl" or ".gz" or ".parquet");

    /// <summary>The name of the clean output.</summary>
    public static string CleanName(CsvPlan plan) => plan.Output switch
    {
        CsvOutput.Parquet => "clean.parquet",
        CsvOutput.Jsonl => "clean.jsonl",
        _ => "clean.csv",
    } + (plan.Compression == CsvCompression.Gzip ? ".gz" : "");

    /// <summary>The name of the output of a partition.</summary>
    public static string BuildPartitionName(CsvPlan plan, string partition) =>
        $"{JobFolder.PartitionsFolder}{partition}/records{CleanName(plan)["clean".Length..]}";

    /// <summary>Says why a column's values cannot have an output each; null when they can.</summary>
    public static string? FindPartitionFault(TableSchema schema, string column) =>
        schema.Fields.FirstOrDefault(f => f.Name == column) switch
        {
            null => $"partitionBy names the column {column}, which the file has not.",
            { Mask: null, Type: FieldType.Number or FieldType.Time or FieldType.DateTime } field =>
                $"partitionBy names the column {column} of the type {FieldTypes.Format(field.Type)}, whose values can be written in " +
                "several ways: choose a column of texts, integers, dates, years or booleans.",
            _ => null,
        };

    /// <summary>The content type of the clean output.</summary>
    public static string CleanType(CsvPlan plan) => plan switch
    {
        { Compression: CsvCompression.Gzip } => "application/gzip",
        { Output: CsvOutput.Parquet } => "application/vnd.apache.parquet",
        { Output: CsvOutput.Jsonl } => "application/jsonl",
        _ => "text/csv",
    };

    /// <summary>The bytes before all records.</summary>
    public static ReadOnlyMemory<byte> CleanHead(CsvPlan plan, TableSchema schema, bool hasRecords)
    {
        var head = RecordWriters.BuildHeader(schema, plan.Output);

        // No bytes at all are no gzip file.
        return plan.Compression == CsvCompression.None || (head.IsEmpty && hasRecords) ? head : GzipMember.Of(head.Span);
    }
}
