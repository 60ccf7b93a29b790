using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Options;
using Serverless.Monitoring.Changes;
using Serverless.Monitoring.Health;
using Serverless.Monitoring.Recording;
using Serverless.Monitoring.Store;
using Serverless.Timers;

namespace Serverless.Monitoring;

/// <summary>Registers the monitor.</summary>
internal static class MonitorServices
{
    /// <summary>Adds what records runs, what asks about them, and the health checks; after the tasks, which it listens to.</summary>
    public static IServiceCollection AddMonitor(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<HealthSettings>().Bind(configuration.GetSection("Health")).ValidateDataAnnotations().ValidateOnStart();
        services.AddHealthChecks()
            .AddCheck<StorageCheck>("storage")
            .AddCheck<QueuesCheck>("queues")
            .AddCheck<DeadLettersCheck>("dead_letters", HealthStatus.Degraded)
            .AddCheck<BreakersCheck>("breakers", HealthStatus.Degraded);
        services.AddOptions<HealthCheckServiceOptions>().PostConfigure<IOptions<HealthSettings>, TimeProvider>((checks, settings, time) =>
        {
            foreach (var check in checks.Registrations)
            {
                var make = check.Factory;
                check.Factory = provider => new TimeLimitedCheck(make(provider), settings.Value.TimeLimit, time);
            }
        });
        return services
            .AddSingleton(AppInstance.Create())
            .AddSingleton<ExecutionStore>()
            .AddSingleton<TotalsStore>()
            .AddSingleton<InstanceStore>()
            .AddSingleton<ChangeStore>()
            .AddSingleton<ChangeLog>()
            .AddHostedService(p => p.GetRequiredService<ChangeLog>())
            .AddSingleton<ExecutionRecorder>()
            .AddSingleton<IExecutionRecorder>(p => p.GetRequiredService<ExecutionRecorder>())
            .AddHostedService(p => p.GetRequiredService<ExecutionRecorder>())
            .AddSingleton<QueueAges>()
            .AddTimedWork<HealthTimer>()
            .AddSingleton<PauseList>()
            .AddSingleton<TaskMonitor>()
            .AddSingleton<AppHealth>();
    }
}
