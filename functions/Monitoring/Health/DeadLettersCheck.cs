using System.Globalization;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Options;
using Serverless.Queues;

namespace Serverless.Monitoring;

/// <summary>No lane has more dead letters than the settings allow.</summary>
public sealed class DeadLettersCheck(IQueueAdmin admin, QueueCatalog queues, IOptions<HealthSettings> settings) : IHealthCheck
{
    /// <inheritdoc/>
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        var most = settings.Value.MaxDeadLetters;
        var counts = await Task.WhenAll(queues.Lanes.Select(async lane => (Lane: lane, (await admin.CountAsync(lane, cancellationToken)).DeadLettered)));
        var over = counts.Where(c => c.DeadLettered > most).Select(c => string.Create(CultureInfo.InvariantCulture, $"{c.Lane} has {c.DeadLettered}")).ToList();
        return over.Count == 0
            ? HealthCheckResult.Healthy()
            : HealthCheckResult.Degraded(string.Create(CultureInfo.InvariantCulture, $"More than {most} dead letters: {string.Join(", ", over)}."));
    }
}
