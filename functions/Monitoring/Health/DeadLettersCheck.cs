using System.Globalization;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Options;
using Serverless.Messaging;

namespace Serverless.Monitoring.Health;

/// <summary>No lane has more dead letters than the settings allow.</summary>
internal sealed class DeadLettersCheck(IQueueAdmin admin, QueueCatalog queues, IOptions<HealthSettings> settings) : IHealthCheck
{
    /// <inheritdoc/>
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        var max = settings.Value.MaxDeadLetters;
        var counts = await admin.CountAllAsync(cancellationToken);
        var over = queues.Lanes.Select(lane => (Lane: lane, Dead: counts.GetValueOrDefault(lane)?.DeadLettered ?? 0))
            .Where(c => c.Dead > max)
            .Select(c => string.Create(CultureInfo.InvariantCulture, $"{c.Lane} has {c.Dead}")).ToList();
        return over.Count == 0
            ? HealthCheckResult.Healthy()
            : HealthCheckResult.Degraded(
                string.Create(CultureInfo.InvariantCulture, $"More than {max} dead letters: {string.Join(", ", over)}."));
    }
}
