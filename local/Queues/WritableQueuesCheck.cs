using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Serverless.Local.ServiceBus;

namespace Serverless.Local.Queues;

/// <summary>The queues answer, and the disk beneath takes what is sent to them.</summary>
internal sealed class WritableQueuesCheck(IHealthCheck queues, LocalServiceBus bus) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        await bus.ProbeAsync();
        return await queues.CheckHealthAsync(context, cancellationToken);
    }
}

/// <summary>Puts the check in the place of the app's own, which it asks.</summary>
internal static class WritableQueues
{
    public static IServiceCollection AddWritableQueuesCheck(this IServiceCollection services) =>
        services.PostConfigure<HealthCheckServiceOptions>(checks =>
        {
            var queues = checks.Registrations.First(check => check.Name == "queues");
            var answers = queues.Factory;
            queues.Factory = provider => new WritableQueuesCheck(answers(provider), provider.GetRequiredService<LocalServiceBus>());
        });
}
