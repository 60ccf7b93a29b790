using Microsoft.Extensions.Options;
using Serverless.Reports.Rendering;
using Serverless.Tasks;

namespace Serverless.Reports.Daily;

/// <summary>Tells the configured recipients of a day's report.</summary>
public sealed class ReportMail(ITaskClient tasks, IOptions<ReportSettings> settings)
{
    private const string Task = "email.send";

    /// <summary>Sends it once: a second task of the same id is none.</summary>
    public async Task SendAsync(DailyReport report, CancellationToken cancellationToken)
    {
        if (settings.Value.RecipientList is not { Count: > 0 } to) return;
        var (date, total) = (ReportStore.Write(report.Date), report.Total);
        var body =
            $"{ReportText.Count(total.Runs)} runs, {ReportText.Count(total.Failed)} given up, {ReportText.Count(total.Retried)} tried again; " +
            $"{ReportText.Count(report.Queues.Sum(q => q.DeadLetters ?? 0))} dead letters; {ReportText.Count(report.Csv.Rows)} CSV records, {ReportText.Count(report.Csv.Rejected)} rejected. " +
            $"The whole report is {ReportStore.Container}/{date}/{ReportFormat.Html.File}, and GET /api/reports/{date}.";
        var args = new { to, subject = $"Report of {date}", template = "message", context = new { heading = $"Report of {date}", body } };
        await tasks.SendAsync(Task, args, new SendOptions { TaskId = $"{DailyReportTimer.Task}-mail-{date}", ResultTtl = TimeSpan.FromDays(7) }, cancellationToken);
    }
}
