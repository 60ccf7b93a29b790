using Serverless.Timers;

namespace Serverless.Monitoring.Health;

/// <summary>Runs the health checks each minute, unless <c>HealthCheckSchedule</c> says another; their logs say what is wrong.</summary>
internal sealed class HealthTimer(AppHealth health) : ITimedWork
{
    /// <inheritdoc/>
    public string Name => "HealthCheck";

    /// <inheritdoc/>
    public Task RunAsync(TimedRun run, CancellationToken cancellationToken) => health.CheckAsync(cancellationToken);
}
