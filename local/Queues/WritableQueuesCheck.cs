using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Serverless.Local.Queues;

/// <summary>The queues answer, and the disk beneath takes what is sent to them where the broker is our own.</summary>
internal sealed class WritableQueuesCheck(IHealthCheck queues, Task<LocalQueues> opened) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        if ((await opened).Bus is { } bus) await bus.ProbeAsync();
        return await queues.CheckHealthAsync(context, cancellationToken);
    }
}

/// <summary>Puts the check in the place of the app's own, which it asks.</summary>
internal static class WritableQueues
{
    public static IServiceCollection AddWritableQueuesCheck(this IServiceCollection services, Task<LocalQueues> opened) =>
        services.PostConfigure<HealthCheckServiceOptions>(checks =>
        {
            var queues = checks.Registrations.First(check => check.Name == "queues");
            var answers = queues.Factory;
            queues.Factory = provider => new WritableQueuesCheck(answers(provider), opened);
        });
}
