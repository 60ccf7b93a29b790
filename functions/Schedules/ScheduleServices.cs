using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Serverless.Monitoring;
using Serverless.Schedules.Endpoints;
using Serverless.Schedules.Running;
using Serverless.Workflows.Definitions;

namespace Serverless.Schedules;

/// <summary>Registers the schedules.</summary>
internal static class ScheduleServices
{
    /// <summary>Adds the schedules; storage is reached at the first use, not here.</summary>
    public static IServiceCollection AddSchedules(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<ScheduleSettings>().Bind(configuration.GetSection("Schedules")).ValidateDataAnnotations().ValidateOnStart();
        return services
            .AddSingleton<ScheduleStore>()
            .AddSingleton<IScheduleTarget, TaskTarget>()
            .AddSingleton<IScheduleTarget, WorkflowTarget>()
            .AddSingleton<ScheduleTargets>()
            .AddSingleton<ScheduleWatch>()
            .AddSingleton<ScheduleWriter>()
            .AddSingleton<IWorkflowSchedules, WorkflowSchedules>()
            .AddSingleton<IPauseSource, SchedulePauseSource>()
            .AddHostedService(p => p.GetRequiredService<ScheduleWatch>())
            .AddSingleton<Scheduler>();
    }
}
