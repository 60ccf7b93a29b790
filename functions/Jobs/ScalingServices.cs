using Microsoft.Extensions.DependencyInjection;
using Serverless.Timers;

namespace Serverless.Jobs;

/// <summary>Registers what sizes work, and what looks after jobs that nobody ends.</summary>
internal static class ScalingServices
{
    /// <summary>Adds the measured speeds and the reconciler of jobs.</summary>
    public static IServiceCollection AddScaling(this IServiceCollection services) => services
        .AddSingleton(MeasuredSpeeds.Form)
        .AddSingleton<MeasuredSpeeds>()
        .AddTimedWork<JobReconciler>();
}
