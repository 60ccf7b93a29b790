using Microsoft.Extensions.Diagnostics.HealthChecks;
using Serverless.Monitoring.Store;
using Serverless.Storage;

namespace Serverless.Monitoring.Health;

/// <summary>Tables and the blobs of all accounts answer, and tables take what is written.</summary>
internal sealed class StorageCheck(InstanceStore instances, Containers containers) : IHealthCheck
{
    /// <inheritdoc/>
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        await instances.ProbeAsync(cancellationToken);
        await (await containers.GetAsync(Containers.Incoming, cancellationToken)).GetPropertiesAsync(cancellationToken: cancellationToken);
        foreach (var further in (await containers.GetAllAsync(Containers.Processed, cancellationToken: cancellationToken)).Skip(1))
            await further.GetPropertiesAsync(cancellationToken: cancellationToken);
        return HealthCheckResult.Healthy();
    }
}
