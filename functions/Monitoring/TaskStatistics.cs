namespace Serverless.Monitoring;

/// <summary>The statistics of a task.</summary>
/// <param name="Task">The task's name.</param>
/// <param name="Active">Runs that have not ended, on all instances.</param>
/// <param name="Total">Runs that ended.</param>
/// <param name="Succeeded">Runs that ended with a result.</param>
/// <param name="Failed">Runs after which the task was given up.</param>
/// <param name="Retried">Runs after which it was scheduled again.</param>
/// <param name="Revoked">Runs that were revoked.</param>
/// <param name="SuccessRate">Of those that succeeded or were given up, the share that succeeded; null when there were none.</param>
/// <param name="MeanMs">The mean duration in milliseconds.</param>
/// <param name="MinimumMs">The shortest.</param>
/// <param name="MaximumMs">The longest.</param>
/// <param name="P50Ms">The median by nearest rank, as the other two: exact of up to 128 runs, within 1 % of more.</param>
/// <param name="P95Ms">What 95 % do not exceed.</param>
/// <param name="P99Ms">What 99 % do not exceed.</param>
/// <param name="Slowest">The task id of the longest run.</param>
/// <param name="LastRun">When a run last ended.</param>
internal sealed record TaskStatistics(
    string Task, int Active, long Total, long Succeeded, long Failed, long Retried, long Revoked, double? SuccessRate,
    double MeanMs, double MinimumMs, double MaximumMs, double P50Ms, double P95Ms, double P99Ms, string? Slowest, DateTimeOffset? LastRun)
{
    internal static TaskStatistics From(string task, int active, TaskTotals totals) => new(
        task, active, totals.Total, totals.Succeeded, totals.Failed, totals.Retried, totals.Revoked, totals.SuccessRate,
        Ms(totals.Mean), Ms(totals.Minimum), Ms(totals.Maximum), Ms(totals.FindPercentile(0.50)), Ms(totals.FindPercentile(0.95)), Ms(
            totals.FindPercentile(0.99)),
        totals.Slowest, totals.LastRun);

    private static double Ms(TimeSpan time) => Math.Round(time.TotalMilliseconds, 3);
}
