using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Serverless.Local.ServiceBus;

namespace Serverless.Local.Queues;

/// <summary>The queues answer, and the disk beneath takes what is sent to them where the broker is our own.</summary>
internal sealed class WritableQueuesCheck(IHealthCheck queues, Task<LocalServiceBus?> own) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        if (await own is { } bus) await bus.ProbeAsync();
        return await queues.CheckHealthAsync(context, cancellationToken);
    }
}

/// <summary>Puts the check in the place of the app's own, which it asks.</summary>
internal static class WritableQueues
{
    /// <param name="services">With the app's checks.</param>
    /// <param name="own">Gives the broker of our own; null where it is somebody else's.</param>
    public static IServiceCollection AddWritableQueuesCheck(
        this IServiceCollection services, Func<IServiceProvider, Task<LocalServiceBus?>> own) =>
        services.PostConfigure<HealthCheckServiceOptions>(checks =>
        {
            var queues = checks.Registrations.First(check => check.Name == "queues");
            var answers = queues.Factory;
            queues.Factory = provider => new WritableQueuesCheck(answers(provider), own(provider));
        });
}
