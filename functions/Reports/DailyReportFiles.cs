using System.Globalization;
using System.Text;
using System.Text.Json;
using Serverless.Rendering;

namespace Serverless.Reports;

/// <summary>Writes a report as its files: the same report, the same bytes.</summary>
internal static class DailyReportFiles
{
    private const string Template = "daily_report";
    private const int BarsShown = 12;

    // A report is read years later: what is added to it then is missing here.
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    public static BinaryData ToJson(DailyReport report) => BinaryData.FromBytes(JsonSerializer.SerializeToUtf8Bytes(report, Json));

    /// <exception cref="JsonException">It is no report.</exception>
    public static DailyReport FromJson(BinaryData json) =>
        JsonSerializer.Deserialize<DailyReport>(json, Json) ?? throw new JsonException("The report is null.");

    /// <summary>A line for each task and queue; names need no quotes, they are checked where they are defined.</summary>
    public static BinaryData ToCsv(DailyReport report)
    {
        var csv = new StringBuilder("kind,name,runs,succeeded,failed,retried,revoked,mean_seconds,p95_seconds,max_seconds,dead_letters\n");
        foreach (var task in report.Tasks) Append("task", task, null);
        foreach (var queue in report.Queues) Append("queue", queue.Runs, queue.DeadLetters);
        return BinaryData.FromString(csv.ToString());

        void Append(string kind, RunLine l, long? deadLetters) => csv.Append(
            CultureInfo.InvariantCulture,
            $"{kind},{l.Name},{l.Runs},{l.Succeeded},{l.Failed},{l.Retried},{l.Revoked}," +
            $"{l.MeanSeconds},{l.P95Seconds},{l.MaxSeconds},{deadLetters}\n");
    }

    public static async Task<BinaryData> ToHtmlAsync(DailyReport report) =>
        BinaryData.FromString(await ReportPage.RenderAsync(Template, $"Report of {ReportStore.Write(report.Date)}", Model(report)));

    private static object Model(DailyReport report)
    {
        var queues = report.Queues.Where(q => q.Runs.Runs > 0 || q.DeadLetters > 0 || q.Waiting > 0).ToList();
        return new
        {
            Report = report,
            Day = report.Date.ToString("dddd, d MMMM yyyy", CultureInfo.InvariantCulture),
            Queues = queues,
            QuietQueues = report.Queues.Count - queues.Count,
            DeadLetters = report.Queues.Sum(q => q.DeadLetters ?? 0),
            HoursChart = SvgLine.Draw(
                [.. report.Hours.Select(h => new SvgPoint(string.Create(CultureInfo.InvariantCulture, $"{h.Hour:D2}:00"), h.Runs))],
                v => ReportText.Count((long)Math.Round(v)), "Runs by the hour in which they ended"),
            SlowestChart = BarChart.Draw(
                [.. report.Tasks.OrderByDescending(t => t.P95Seconds).Take(BarsShown)
                    .Select(t => new Bar(t.Name, t.P95Seconds, ReportText.FormatDuration(TimeSpan.FromSeconds(t.P95Seconds))))],
                "The tasks whose runs take longest: the duration that 95 of 100 do not exceed"),
            ErrorsChart = BarChart.Draw(
                [.. report.Errors.Select(e => new Bar(e.Error, e.Runs, ReportText.Count(e.Runs)))],
                "Failed runs by the class of their error"),
            Slowest = report.Tasks.Where(t => t.Slowest is not null).OrderByDescending(t => t.MaxSeconds).Take(BarsShown).ToList(),
            RejectedShare = report.Csv.Rows > 0 ? (double)report.Csv.Rejected / report.Csv.Rows : (double?)null,
        };
    }
}
