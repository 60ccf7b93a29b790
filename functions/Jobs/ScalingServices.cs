using Microsoft.Extensions.DependencyInjection;

namespace Serverless.Jobs;

/// <summary>Registers what sizes work.</summary>
internal static class ScalingServices
{
    /// <summary>Adds the measured speeds.</summary>
    public static IServiceCollection AddScaling(this IServiceCollection services) => services
        .AddSingleton(MeasuredSpeeds.Form)
        .AddSingleton<MeasuredSpeeds>();
}
