using System.Globalization;
using Serverless.Csv.Profile;
using Serverless.Csv.Summary;
using Serverless.Csv.Values;
using Serverless.Rendering;

namespace Serverless.Csv.Report;

/// <summary>Puts a report together from what is known: a summary alone, or what a pipeline's steps found as well.</summary>
/// <param name="blob">The file, container included.</param>
/// <param name="bytes">Its size.</param>
/// <param name="madeAt">When the report is made.</param>
internal sealed class CsvReportBuilder(string blob, long bytes, DateTimeOffset madeAt)
{
    private const int ReasonsShown = 12;
    private const int ColumnsShown = 200;

    private CsvReport _report = new(blob, bytes, madeAt, [], [], [], "", [], [], null, [], 0, false, "", [], [], []);

    /// <summary>The file could not be processed.</summary>
    public CsvReportBuilder AddErrors(IReadOnlyList<string> errors)
    {
        _report = _report with { Errors = errors };
        return this;
    }

    /// <summary>The form the file is written in.</summary>
    public CsvReportBuilder AddFacts(params IEnumerable<string> facts)
    {
        _report = _report with { Facts = [.. facts] };
        return this;
    }

    /// <summary>Adds the counts of records; columns too, unless a profile follows.</summary>
    public CsvReportBuilder AddSummary(JobSummary summary)
    {
        var reasons = summary.Reasons ?? summary.TopReasons;
        _report = _report with
        {
            Notes = summary.Notes,
            Figures =
            [
                new("Records", ReportText.Count(summary.Rows)),
                new(
                    "Accepted", ReportText.Count(summary.Accepted), summary.Rows > 0
                        ? ReportText.FormatShare(summary.Accepted / (double)summary.Rows) : "", "good"),
                new(
                    "Rejected", ReportText.Count(summary.Rejected), summary.Rows > 0
                        ? ReportText.FormatShare(summary.Rejected / (double)summary.Rows) : "", summary.Rejected > 0 ? "bad" : ""),
                new("Columns", ReportText.Count(summary.Columns.Count)),
                new("Size", ReportText.FormatBytes(summary.Bytes)),
                new(
                    "Time", ReportText.FormatDuration(TimeSpan.FromSeconds(summary.DurationSeconds)), summary.RowsPerSecond > 0
                        ? $"{ReportText.Count(summary.RowsPerSecond)} records/s" : ""),
            ],
            ReasonChart = BarChart.Draw(
                [.. reasons.Take(ReasonsShown).Select(r => new Bar(Name(r), r.Count, ReportText.Count(r.Count)))],
                "Rejected records by reason"),
            Reasons =
                [.. reasons.Select(r => new ReportReason(r.Code, r.Field, r.Count, r.Count / (double)summary.Rows, r.Line, r.Message))],
            Columns = [.. summary.Columns.Take(ColumnsShown).Select(Describe)],
            ColumnsLeftOut = Math.Max(0, summary.Columns.Count - ColumnsShown),
            Warnings = summary.Warnings ?? [],
            Inferred =
                [.. (summary.Inference?.Columns ?? []).Take(ColumnsShown)
                    .Select(c => new ReportInferred(c.Name, c.TypeName, c.Format, c.Missing, c.FormatShare(), c.Remark ?? ""))],
        };
        return this;
    }

    /// <summary>Rejected records.</summary>
    public CsvReportBuilder AddExamples(IReadOnlyList<RejectExample> examples)
    {
        _report = _report with { Examples = examples };
        return this;
    }

    /// <summary>The differences of the file from its schema.</summary>
    public CsvReportBuilder AddSchema(SchemaReport? schema)
    {
        if (schema is not { SchemaIsGiven: true }) return this;
        var differences = schema.Differences.Select(
            d => new ReportDifference(d.Kind.ToString().ToLowerInvariant(), d.Column, d.Expected ?? "", d.Found ?? ""));
        _report = _report with { Schema = new ReportSchema(schema.Conforms, [.. differences]) };
        return this;
    }

    /// <summary>Adds the figures of the columns.</summary>
    public CsvReportBuilder AddProfile(ProfileFile profile)
    {
        _report = _report with
        {
            Profiled = true,
            Columns = [.. profile.Columns.Take(ColumnsShown).Select(ReportColumns.Describe)],
            ColumnsLeftOut = Math.Max(0, profile.Columns.Count - ColumnsShown),
        };
        return this;
    }

    /// <summary>The durations of the steps.</summary>
    public CsvReportBuilder AddTimings(params IEnumerable<(string Step, double Seconds)> timings)
    {
        var bars = timings.Select(t => new Bar(t.Step, t.Seconds, ReportText.FormatDuration(TimeSpan.FromSeconds(t.Seconds))));
        _report = _report with { TimingChart = BarChart.Draw([.. bars], "Time by step") };
        return this;
    }

    /// <summary>Adds the outputs that were written.</summary>
    public CsvReportBuilder AddOutputs(IReadOnlyList<string> outputs)
    {
        _report = _report with { Outputs = outputs };
        return this;
    }

    public CsvReport Build() => _report;

    private static string Name(RejectReason reason) => reason.Field.Length > 0 ? $"{reason.Field}: {reason.Code}" : reason.Code;

    private static ReportColumn Describe(ColumnSummary column) => new(
        column.Name,
        FieldTypes.Format(column.Type),
        column.Count,
        column.Missing,
        column.Count + column.Missing > 0 ? column.Missing / (double)(column.Count + column.Missing) : 0,
        "",
        ReportColumns.Word(column.Type, column.Minimum ?? Text(column.MinLength)),
        "",
        ReportColumns.Word(column.Type, column.Maximum ?? Text(column.MaxLength)),
        column.Mean is { } mean ? ReportText.FormatNumber(mean) : "",
        "",
        "",
        []);

    private static string? Text(int? length) => length?.ToString(CultureInfo.InvariantCulture);
}
