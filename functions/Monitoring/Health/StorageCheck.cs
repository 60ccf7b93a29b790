using Microsoft.Extensions.Diagnostics.HealthChecks;
using Serverless.Monitoring.Store;
using Serverless.Storage;

namespace Serverless.Monitoring.Health;

/// <summary>Tables and blobs answer, and take what is written.</summary>
internal sealed class StorageCheck(InstanceStore instances, Containers containers) : IHealthCheck
{
    /// <inheritdoc/>
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        await instances.ProbeAsync(cancellationToken);
        var container = await containers.GetAsync(Containers.Incoming, cancellationToken);
        await container.GetPropertiesAsync(cancellationToken: cancellationToken);
        return HealthCheckResult.Healthy();
    }
}
