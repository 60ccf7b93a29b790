using Microsoft.Extensions.Diagnostics.HealthChecks;
using Serverless.Messaging;

namespace Serverless.Monitoring.Health;

/// <summary>The broker answers.</summary>
internal sealed class QueuesCheck(IQueueAdmin admin, QueueCatalog queues) : IHealthCheck
{
    /// <inheritdoc/>
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        await admin.CountAsync(queues.Lanes.First(), cancellationToken);
        return HealthCheckResult.Healthy();
    }
}
