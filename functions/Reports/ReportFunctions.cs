using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Serverless.Http;

namespace Serverless.Reports;

/// <summary>Daily reports over HTTP.</summary>
internal sealed class ReportFunctions(ReportStore store)
{
    /// <summary><c>GET /api/reports</c>: the days that have a report, the latest first.</summary>
    [Function("ReportList")]
    public async Task<IResult> ListAsync(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "reports")] HttpRequest request, CancellationToken cancellationToken) =>
        Results.Ok(new ReportDays([.. (await store.ListAsync(cancellationToken)).OrderDescending().Select(ReportStore.Write)]));

    /// <summary>
    /// <c>GET /api/reports/{date}?format=</c>: a day's report as <c>html</c>, <c>json</c> or <c>csv</c>; a browser gets the page, others
    /// JSON.
    /// </summary>
    [Function("ReportShow")]
    public async Task<IResult> ShowAsync(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "reports/{date}")] HttpRequest request, string date,
        CancellationToken cancellationToken)
    {
        if (!ReportStore.TryReadDate(date, out var day))
            return Problems.Create(StatusCodes.Status400BadRequest, "The date is refused", "Give a day as in /api/reports/2026-01-31.");
        if (Format(request) is not { } format)
            return Problems.Create(
                StatusCodes.Status400BadRequest, "The format is refused",
                $"Give one of {string.Join(", ", ReportFormat.All.Select(f => f.Name))}.");
        if (await store.FindAsync(day, format, cancellationToken) is not { } content)
            return Problems.NotFound(
                "There is no such report",
                $"{date} has no report. GET /api/reports lists the days that have one; POST /api/tasks/{DailyReportTimer.Task} makes one " +
                $"of a day that is over.");

        // The page has its styles inside, and nothing else.
        request.HttpContext.Response.Headers.ContentSecurityPolicy = "default-src 'none'; style-src 'unsafe-inline'";
        return Results.Bytes(content.ToArray(), format.ContentType);
    }

    private static ReportFormat? Format(HttpRequest request)
    {
        if (request.Query["format"] is [{ Length: > 0 } name]) return ReportFormat.All.FirstOrDefault(f => f.Name == name);
        return request.Headers.Accept.Any(a => a?.Contains("text/html", StringComparison.OrdinalIgnoreCase) == true)
            ? ReportFormat.Html : ReportFormat.Json;
    }
}

/// <summary>The days that have a report.</summary>
/// <param name="Reports">As in <c>2026-01-31</c>, the latest first.</param>
internal sealed record ReportDays(IReadOnlyList<string> Reports);
