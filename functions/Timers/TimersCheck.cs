using System.Globalization;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Serverless.Timers;

/// <summary>The latest run of each timed work went well.</summary>
internal sealed class TimersCheck(WorkStore store, IEnumerable<ITimedWork> works) : IHealthCheck
{
    /// <inheritdoc/>
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        var states = await store.ReadAsync(cancellationToken);
        var failed = works.Select(w => w.Name).Order(StringComparer.Ordinal)
            .Where(name => states.TryGetValue(name, out var state) && state.FailedAt is not null)
            .Select(name => string.Create(
                CultureInfo.InvariantCulture, $"{name} failed at {states[name].FailedAt:yyyy-MM-dd HH:mm:ss}Z: {states[name].Error}"))
            .ToList();
        return failed.Count == 0 ? HealthCheckResult.Healthy() : HealthCheckResult.Degraded(string.Join("; ", failed));
    }
}
