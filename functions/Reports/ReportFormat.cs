namespace Serverless.Reports;

/// <summary>One of the files that a day's report is.</summary>
/// <param name="Name">As callers name it.</param>
/// <param name="File">The blob's name within the day's folder.</param>
/// <param name="ContentType">What it holds.</param>
internal sealed record ReportFormat(string Name, string File, string ContentType)
{
    /// <summary>The report itself; the others are made of it.</summary>
    public static ReportFormat Json { get; } = new("json", "report.json", "application/json");

    /// <summary>Tables of runs by task and by queue.</summary>
    public static ReportFormat Csv { get; } = new("csv", "report.csv", "text/csv; charset=utf-8");

    /// <summary>The page.</summary>
    public static ReportFormat Html { get; } = new("html", "report.html", "text/html; charset=utf-8");

    /// <summary>All of them.</summary>
    public static IReadOnlyList<ReportFormat> All { get; } = [Json, Csv, Html];
}
