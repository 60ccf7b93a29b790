using Serverless.Rendering;

namespace Serverless.Csv.Report;

/// <summary>
/// The content of a cleaned file's report: the model of <c>csv_report.liquid</c>. Parts that are not known are null or empty.
/// </summary>
/// <param name="Blob">The file.</param>
/// <param name="Bytes">Its size.</param>
/// <param name="MadeAt">When the report was made.</param>
/// <param name="Errors">Why the file could not be processed.</param>
/// <param name="Facts">How it is written, as short texts.</param>
/// <param name="Figures">The key figures on top.</param>
/// <param name="ReasonChart">The reject reasons as bars.</param>
/// <param name="Reasons">The reject reasons.</param>
/// <param name="Examples">One rejected record of each of the first reasons.</param>
/// <param name="Schema">How the file's columns differ from the schema; null when there was nothing to compare.</param>
/// <param name="Columns">The columns that are shown.</param>
/// <param name="ColumnsLeftOut">How many are not.</param>
/// <param name="Profiled">The columns have a profile: distinct values, quantiles, histograms.</param>
/// <param name="TimingChart">How long the steps took, as bars.</param>
/// <param name="Outputs">The blobs that were written.</param>
/// <param name="Warnings">What probably is wrong.</param>
/// <param name="Inferred">The columns of a schema that was inferred.</param>
internal sealed record CsvReport(
    string Blob,
    long Bytes,
    DateTimeOffset MadeAt,
    IReadOnlyList<string> Errors,
    IReadOnlyList<string> Facts,
    IReadOnlyList<ReportFigure> Figures,
    string ReasonChart,
    IReadOnlyList<ReportReason> Reasons,
    IReadOnlyList<RejectExample> Examples,
    ReportSchema? Schema,
    IReadOnlyList<ReportColumn> Columns,
    int ColumnsLeftOut,
    bool Profiled,
    string TimingChart,
    IReadOnlyList<string> Outputs,
    IReadOnlyList<string> Warnings,
    IReadOnlyList<ReportInferred> Inferred)
{
    /// <summary>Guesses about the file that may be wrong.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];

    /// <summary>The name of the report's blob.</summary>
    public const string HtmlName = "report.html";

    private const string Template = "csv_report";

    /// <summary>Gets ready to make a page, beside other work.</summary>
    public static Task PrepareAsync() => ReportPage.PrepareAsync(Template);

    /// <summary>The page.</summary>
    public Task<string> ToHtmlAsync() => ReportPage.RenderAsync(Template, Blob[(Blob.LastIndexOf('/') + 1)..], this);
}

/// <summary>One key figure.</summary>
internal sealed record ReportFigure(string Name, string Value, string Note = "", string Style = "");

/// <summary>A reject reason in words.</summary>
internal sealed record ReportReason(string Code, string Field, long Count, double Share, long Line, string Message);

/// <summary>The comparison with the schema.</summary>
internal sealed record ReportSchema(bool Conforms, IReadOnlyList<ReportDifference> Differences);

/// <summary>One difference in words.</summary>
internal sealed record ReportDifference(string Kind, string Column, string Expected, string Found);

/// <summary>A column of an inferred schema.</summary>
internal sealed record ReportInferred(string Name, string Type, string Format, long Missing, string Share, string Remark);

/// <summary>A column in words; markup in <paramref name="Chart"/> alone.</summary>
internal sealed record ReportColumn(
    string Name, string Type, long Count, long Missing, double MissingShare, string Distinct, string Minimum, string Median, string Maximum,
    string Mean, string Deviation, string Chart, IReadOnlyList<ReportValue> Frequent);

/// <summary>A frequent value.</summary>
internal sealed record ReportValue(string Value, string Count, double Share);
