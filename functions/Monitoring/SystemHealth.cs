namespace Serverless.Monitoring;

/// <summary>The health of the app as a whole.</summary>
/// <param name="At">When this was found out.</param>
/// <param name="Instances">Instances that run something.</param>
/// <param name="Active">Runs that have not ended, on all instances.</param>
/// <param name="OpenBreakers">Circuit breakers that let no call through, on any instance.</param>
/// <param name="Hours">The time that <paramref name="Overall"/> spans.</param>
/// <param name="Overall">The whole time.</param>
/// <param name="LastHour">The last 60 minutes.</param>
internal sealed record SystemHealth(
    DateTimeOffset At, int Instances, int Active, IReadOnlyList<string> OpenBreakers, int Hours, HealthPeriod Overall,
    HealthPeriod LastHour);

/// <summary>The totals of all runs of a time.</summary>
/// <param name="Total">Runs that ended.</param>
/// <param name="Succeeded">Runs that ended with a result.</param>
/// <param name="Failed">Runs after which the task was given up.</param>
/// <param name="Retried">Runs after which it was scheduled again.</param>
/// <param name="Revoked">Runs that were revoked.</param>
/// <param name="SuccessRate">Of those that succeeded or were given up, the share that succeeded; null when there were none.</param>
/// <param name="MeanMs">The mean duration in milliseconds.</param>
internal sealed record HealthPeriod(long Total, long Succeeded, long Failed, long Retried, long Revoked, double? SuccessRate, double MeanMs)
{
    internal static HealthPeriod From(TaskTotals totals) => new(
        totals.Total, totals.Succeeded, totals.Failed, totals.Retried, totals.Revoked, totals.SuccessRate, Math.Round(
            totals.Mean.TotalMilliseconds, 3));
}
