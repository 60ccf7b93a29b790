using Serverless.Csv.Report;
using Serverless.Tasks;

namespace Serverless.CsvPipeline;

/// <summary>The input of the report.</summary>
/// <param name="RunId">The workflow run.</param>
/// <param name="Input">What <c>validate_input</c> answered.</param>
/// <param name="Results">What <c>merge_processing_results</c> answered; null for a file that could not be processed.</param>
/// <param name="Schema">What <c>validate_schema</c> answered.</param>
internal sealed record ReportArgs(string RunId, ValidatedInput Input, PipelineResult? Results = null, SchemaReport? Schema = null);

/// <summary>The report's blobs, container included.</summary>
internal sealed record ReportResult(string Html, string Json);

/// <summary>The task <c>generate_report</c>: writes a run's report beside its outputs. A second run writes the same over it.</summary>
[TaskHandler("generate_report", Queue = "reports")]
internal sealed class GenerateReportTask(PipelineReports reports) : ITaskHandler<ReportArgs, ReportResult>
{
    /// <inheritdoc/>
    public Task<ReportResult> RunAsync(ReportArgs args, TaskContext context) => reports.WriteAsync(args, context.CancellationToken);
}
