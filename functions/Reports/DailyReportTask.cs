using Microsoft.Extensions.Options;
using Serverless.Tasks;

namespace Serverless.Reports;

/// <summary>Makes the report of a day that is over, once: what is there already is not made again.</summary>
[TaskHandler("reports.daily", Queue = "reports", RetryDelaySeconds = 60, MaxRetries = 5)]
internal sealed class DailyReportTask(DailyReportCollector collector, ReportStore store, ReportMail mail, TimeProvider time)
    : ITaskHandler<DailyReportTask.Args, DailyReportTask.Result>
{
    /// <summary>The day, in UTC.</summary>
    public sealed record Args(DateOnly Date);

    /// <summary>The place of the report.</summary>
    public sealed record Result(string Folder, long Runs, long Failed);

    /// <inheritdoc/>
    public async Task<Result> RunAsync(Args args, TaskContext context)
    {
        var token = context.CancellationToken;
        if (DailyReportCollector.GetBounds(args.Date).To > time.GetUtcNow())
            throw new TaskValidationException($"The day {ReportStore.Write(args.Date)} is not over (UTC).");

        var report = await MakeAsync(args.Date, token);
        await store.AddAsync(args.Date, ReportFormat.Csv, DailyReportFiles.ToCsv(report), token);
        await store.AddAsync(args.Date, ReportFormat.Html, await DailyReportFiles.ToHtmlAsync(report), token);
        await mail.SendAsync(report, token);
        return new Result($"{ReportStore.Container}/{ReportStore.Write(args.Date)}", report.Total.Runs, report.Total.Failed);
    }

    // Whoever stores the JSON first decides what the report says; every run makes the other files of that.
    private async Task<DailyReport> MakeAsync(DateOnly date, CancellationToken cancellationToken)
    {
        if (await store.FindAsync(date, ReportFormat.Json, cancellationToken) is { } known) return DailyReportFiles.FromJson(known);
        await store.AddAsync(
            date, ReportFormat.Json, DailyReportFiles.ToJson(await collector.CollectAsync(date, cancellationToken)), cancellationToken);
        return DailyReportFiles.FromJson(
            await store.FindAsync(date, ReportFormat.Json, cancellationToken)
                ?? throw new InvalidOperationException("The report was deleted while it was made."));
    }
}
