using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Options;

namespace Serverless.Timers;

/// <summary>Registers what runs timed work; the work itself is its capability's.</summary>
internal static class TimerServices
{
    /// <summary>Adds the clock.</summary>
    public static IServiceCollection AddTimers(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<ClockSettings>().Configure(settings => settings.Read(configuration)).ValidateOnStart();
        services.AddHealthChecks().AddCheck<TimersCheck>("timers", HealthStatus.Degraded);
        return services
            .AddSingleton<IValidateOptions<ClockSettings>, ClockSettings.Validator>()
            .AddSingleton<WorkStore>()
            .AddSingleton<TimedWorkRunner>();
    }

    /// <summary>Adds work that is run when it is due.</summary>
    public static IServiceCollection AddTimedWork<T>(this IServiceCollection services)
        where T : class, ITimedWork => services.AddSingleton<ITimedWork, T>();
}
