using System.Globalization;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Serverless.Monitoring.Health;

/// <summary>
/// Gives a check up after a time, also one whose client does not listen to its cancellation: a broker that cannot be reached, say.
/// </summary>
internal sealed class TimeLimitedCheck(IHealthCheck check, TimeSpan limit, TimeProvider time) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        using var timeout = new CancellationTokenSource(limit, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);

        // On another thread: some clients connect before their first await.
        var running = Task.Run(() => check.CheckHealthAsync(context, either.Token), cancellationToken);
        try
        {
            return await running.WaitAsync(either.Token);
        }
        catch (OperationCanceledException) when (timeout.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            return new HealthCheckResult(
                context.Registration.FailureStatus,
                string.Create(CultureInfo.InvariantCulture, $"No answer within {limit.TotalSeconds:0.#} seconds."));
        }
    }
}
