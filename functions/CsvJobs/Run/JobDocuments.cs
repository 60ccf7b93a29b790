using System.Text;
using Serverless.Csv.Report;
using Serverless.Csv.Summary;
using Serverless.Storage;

namespace Serverless.CsvJobs.Run;

/// <summary>Writes a job's summary for programs, and its report for people.</summary>
internal static class JobDocuments
{
    /// <summary>Sums a job up.</summary>
    /// <param name="plan">How the file was read.</param>
    /// <param name="statistics">What its records were like.</param>
    /// <param name="totals">What was counted.</param>
    /// <param name="duration">How long it took.</param>
    /// <param name="rounds">What was mended since.</param>
    public static JobSummary Summarize(
        CsvPlan plan, ChunkStatistics statistics, JobTotals totals, TimeSpan duration, IReadOnlyList<MendRound> rounds) =>
        JobSummary.Create(
            statistics, plan.Size, duration, totals.Ranges, totals.RangesReadTwice, totals.ReadBytes, totals.Reads, plan.Inference) with
        {
            Notes = plan.Notes,
            Skipped = plan.Skipped + totals.Comments,
            Load = plan.Load is { } loaded
                ? new LoadSummary($"{loaded.Schema}.{loaded.Table}", loaded.Mode.ToString().ToLowerInvariant()) : null,
            Mended = rounds.Count == 0 ? null : rounds,
        };

    /// <summary>The text of <c>report.html</c>.</summary>
    public static async Task<byte[]> ReportAsync(
        CsvPlan plan, JobSummary summary, IReadOnlyList<RejectExample> examples, DateTimeOffset now) =>
        Encoding.UTF8.GetBytes(await new CsvReportBuilder($"{Containers.Incoming}/{plan.Path}", plan.Size, now)
            .AddFacts(DialectText.Of(plan.Dialect).ListFacts(schemaIsGiven: !plan.IsSchemaInferred))
            .AddSummary(summary)
            .AddExamples(examples)
            .Build()
            .ToHtmlAsync());
}
