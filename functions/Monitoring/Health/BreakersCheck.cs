using Microsoft.Extensions.Diagnostics.HealthChecks;
using Polly.CircuitBreaker;
using Serverless.Monitoring.Store;
using Serverless.Resilience;

namespace Serverless.Monitoring.Health;

/// <summary>No circuit breaker is open, here or on another instance.</summary>
internal sealed class BreakersCheck(CircuitBreakers breakers, InstanceStore instances) : IHealthCheck
{
    /// <inheritdoc/>
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        var here = breakers.States.Where(b => b.Value is CircuitState.Open or CircuitState.Isolated).Select(b => b.Key);
        var states = await instances.ReadAsync(cancellationToken);
        var open = states.SelectMany(s => s.OpenBreakers).Union(here).Order(StringComparer.Ordinal).ToList();
        return open.Count == 0 ? HealthCheckResult.Healthy() : HealthCheckResult.Degraded($"Open: {string.Join(", ", open)}.");
    }
}
