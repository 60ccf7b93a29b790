using Microsoft.Extensions.Diagnostics.HealthChecks;
using Serverless.Monitoring.Health;

namespace Serverless.Monitoring.Endpoints;

/// <summary>The findings of the checks, and the state of the tasks.</summary>
/// <param name="Status">Healthy, degraded or unhealthy: the worst of the checks.</param>
/// <param name="Checks">Each check.</param>
/// <param name="System">How the tasks do.</param>
/// <param name="Pauses">What is paused, the oldest pause first.</param>
internal sealed record HealthOverview(
    string Status, IReadOnlyList<CheckOutcome> Checks, SystemHealth System, IReadOnlyList<PausedWork> Pauses)
{
    internal static HealthOverview From(HealthReport report, SystemHealth system, IReadOnlyList<PausedWork> pauses) => new(
        HealthFunctions.Name(
            report.Status), [.. report.Entries.Select(e => new CheckOutcome(e.Key, HealthFunctions.Name(e.Value.Status), Detail(e.Value)))],
            system, pauses);

    private static string? Detail(HealthReportEntry entry) => entry.Description ?? entry.Exception?.Message;
}

/// <summary>The finding of one check.</summary>
/// <param name="Name">The check.</param>
/// <param name="Status">Healthy, degraded or unhealthy.</param>
/// <param name="Detail">What is wrong.</param>
internal sealed record CheckOutcome(string Name, string Status, string? Detail);
