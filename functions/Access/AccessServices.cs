using Microsoft.Azure.Functions.Worker.Middleware;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Serverless.Access;

/// <summary>Registers roles and the action log.</summary>
internal static class AccessServices
{
    /// <summary>Adds them with their settings.</summary>
    public static IServiceCollection AddAccess(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<AccessSettings>().Bind(configuration.GetSection("Access"))
            .Validate(
                s => s.Keys.Values.All(k => k.Sha256 is { Length: 64 } hash && hash.All(char.IsAsciiHexDigit)),
                "Access__Keys__NAME__Sha256 must be the SHA-256 of a key, 64 hexadecimal digits.")
            .ValidateOnStart();
        return services.AddSingleton<CallerReader>().AddSingleton(ActionLog.Form).AddSingleton<ActionLog>()
            .AddHostedService(p => p.GetRequiredService<ActionLog>()).AddSingleton<AccessGate>()
            .AddSingleton<IFunctionsWorkerMiddleware, AccessMiddleware>();
    }
}
