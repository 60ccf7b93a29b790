using Microsoft.Extensions.Options;
using Serverless.Tasks.Sending;
using Serverless.Timers;

namespace Serverless.Reports;

/// <summary>Has the report of the day before made, and of days that were missed since there are reports.</summary>
internal sealed class DailyReportTimer(ITaskClient tasks, ReportStore store, IOptions<ReportSettings> settings, TimeProvider time)
    : ITimedWork
{
    /// <summary>The task that makes a report.</summary>
    public const string Task = "reports.daily";

    /// <inheritdoc/>
    public string Name => "DailyReport";

    /// <summary>Runs at 06:00 UTC, unless <c>DailyReportSchedule</c> says another.</summary>
    public async Task RunAsync(TimedRun run, CancellationToken cancellationToken)
    {
        foreach (var day in Missing(await store.ListAsync(cancellationToken)))
        {
            // The same id whoever asks: two instances at once are one task.
            await tasks.SendAsync(
                Task, new DailyReportTask.Args(
                    day), new SendOptions { TaskId = $"{Task}-{ReportStore.Write(day)}", IsIdDerived = true }, cancellationToken);
        }
    }

    private IEnumerable<DateOnly> Missing(IReadOnlyList<DateOnly> known)
    {
        var yesterday = DateOnly.FromDateTime(time.GetUtcNow().UtcDateTime).AddDays(-1);
        var first = known.Count == 0 ? yesterday : known.Min();
        for (var day = yesterday.AddDays(1 - settings.Value.DaysMadeUp); day <= yesterday; day = day.AddDays(1))
        {
            if (day >= first && !known.Contains(day)) yield return day;
        }
    }
}
