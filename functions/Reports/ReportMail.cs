using System.Text.Json;
using Microsoft.Extensions.Options;
using Serverless.Email;
using Serverless.Http;
using Serverless.Rendering;
using Serverless.Tasks.Sending;

namespace Serverless.Reports;

/// <summary>Tells the configured recipients of a day's report.</summary>
internal sealed class ReportMail(ITaskClient tasks, IOptions<ReportSettings> settings)
{
    private const string Task = "email.send";
    private const string Template = "daily_report";
    private const int FailuresShown = 10;

    /// <summary>Sends it once: a second task of the same id is none.</summary>
    public async Task SendAsync(DailyReport report, CancellationToken cancellationToken)
    {
        if (settings.Value.RecipientList is not { Count: > 0 } to) return;
        var date = ReportStore.Write(report.Date);
        var args = new SendEmail.Args(to, Template, JsonSerializer.SerializeToElement(Values(report, date), AppJson.Options));
        await tasks.SendAsync(
            Task, args,
            new SendOptions { TaskId = $"{DailyReportTimer.Task}-mail-{date}", IsIdDerived = true, ResultTtl = TimeSpan.FromDays(7) },
            cancellationToken);
    }

    private static object Values(DailyReport report, string date) => new
    {
        date,
        failed = report.Total.Failed > 0 ? ReportText.Count(report.Total.Failed) : null,
        figures = new[]
        {
            Figure("Runs", report.Total.Runs),
            Figure("Given up", report.Total.Failed),
            Figure("Tried again", report.Total.Retried),
            Figure("Dead letters", report.Queues.Sum(q => q.DeadLetters ?? 0)),
            Figure("CSV records", report.Csv.Rows),
            Figure("Rejected", report.Csv.Rejected),
            Figure("Mails sent", report.Mail?.Sent ?? 0),
        },
        failures = report.Tasks.Where(t => t.Failed > 0).OrderByDescending(t => t.Failed).Take(FailuresShown)
            .Select(t => Figure(t.Name, t.Failed)),
        blob = $"{ReportStore.Container}/{date}/{ReportFormat.Html.File}",
        route = $"GET /api/reports/{date}",
    };

    private static object Figure(string name, long value) => new { name, value = ReportText.Count(value) };
}
