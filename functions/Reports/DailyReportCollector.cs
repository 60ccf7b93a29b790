using Serverless.Messaging;
using Serverless.Monitoring;
using Serverless.Resilience;

namespace Serverless.Reports;

/// <summary>Gathers what a day's report says from the monitor, the queues, and the stores of jobs.</summary>
internal sealed class DailyReportCollector(
    TaskMonitor monitor, QueueCatalog catalog, IQueueAdmin queues, CsvDay csv, MailDay mail, TimeProvider time)
{
    private const int HoursOfADay = 24;

    /// <summary>Gathers a day.</summary>
    public async Task<DailyReport> CollectAsync(DateOnly date, CancellationToken cancellationToken)
    {
        var (from, to) = GetBounds(date);
        var sums = await monitor.SumAsync(from, to, r => (r.Task, r.Lane, r.Hour.UtcDateTime.Hour), cancellationToken: cancellationToken);
        var total = Merge(sums.Values);
        var hours = sums.ToLookup(s => s.Key.Hour, s => s.Value);
        return new DailyReport(
            date,
            time.GetUtcNow(),
            Line("all", total),
            [.. sums.GroupBy(s => s.Key.Task, s => s.Value).Select(g => Line(g.Key, Merge(g))).OrderByDescending(l => l.Runs)
                .ThenBy(l => l.Name, StringComparer.Ordinal)],
            await CollectQueuesAsync(sums.ToLookup(s => s.Key.Lane, s => s.Value), cancellationToken),
            [.. Enumerable.Range(0, HoursOfADay).Select(h => new HourLine(h, hours[h].Sum(t => t.Total), hours[h].Sum(t => t.Failed)))],
            [.. Enum.GetValues<ErrorClass>().Select(c => new ErrorLine(c.ToString(), total.CountErrors(c))).Where(e => e.Runs > 0)
                .OrderByDescending(e => e.Runs)],
            await csv.CollectAsync(from, to, cancellationToken),
            await mail.CollectAsync(from, to, cancellationToken));
    }

    /// <summary>A day's first moment, and the moment after its last.</summary>
    internal static (DateTimeOffset From, DateTimeOffset To) GetBounds(DateOnly date)
    {
        var from = new DateTimeOffset(date.ToDateTime(TimeOnly.MinValue), TimeSpan.Zero);
        return (from, from.AddDays(1));
    }

    private async Task<List<QueueLine>> CollectQueuesAsync(ILookup<string, TaskTotals> byLane, CancellationToken cancellationToken)
    {
        var lines = new List<QueueLine>();
        foreach (var queue in catalog.Entries)
        {
            var counts = await Task.WhenAll(queue.Lanes.Select(lane => queues.CountAsync(lane, cancellationToken)));
            lines.Add(
                new QueueLine(
                    Line(queue.Name, Merge(queue.Lanes.SelectMany(lane => byLane[lane]))), counts.Sum(c => c.DeadLettered), counts.Sum(
                        c => c.Active + c.Scheduled)));
        }

        var outside = byLane.Where(l => !catalog.TryFindLane(l.Key, out _)).OrderBy(l => l.Key, StringComparer.Ordinal);
        return [.. lines, .. outside.Select(l => new QueueLine(Line(l.Key, Merge(l)), null, null))];
    }

    private static TaskTotals Merge(IEnumerable<TaskTotals> parts)
    {
        var sum = new TaskTotals();
        foreach (var part in parts) sum.Merge(part);
        return sum;
    }

    private static RunLine Line(string name, TaskTotals totals) => new(
        name, totals.Total, totals.Succeeded, totals.Failed, totals.Retried, totals.Revoked, totals.SuccessRate,
        Seconds(totals.Mean), Seconds(totals.FindPercentile(0.95)), Seconds(totals.Maximum), totals.Slowest);

    private static double Seconds(TimeSpan time) => Math.Round(time.TotalSeconds, 3);
}
