using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Serverless.Timers;

namespace Serverless.Cleanup;

/// <summary>Registers the nightly cleanup.</summary>
internal static class CleanupServices
{
    /// <summary>Adds the cleanup with its settings.</summary>
    public static IServiceCollection AddCleanup(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<CleanupSettings>().Bind(configuration.GetSection("Cleanup")).ValidateDataAnnotations().ValidateOnStart();
        return services.AddSingleton<CleanupMonitor>().AddTimedWork<CleanupTimer>();
    }
}
