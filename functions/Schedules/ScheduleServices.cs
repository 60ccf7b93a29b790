using Azure.Data.Tables;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Serverless.Monitoring.Changes;
using Serverless.Schedules.Running;
using Serverless.Schedules.Store;
using Serverless.Storage;

namespace Serverless.Schedules;

/// <summary>Registers the schedules.</summary>
internal static class ScheduleServices
{
    /// <summary>Adds the schedules; storage is reached at the first use, not here.</summary>
    public static IServiceCollection AddSchedules(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<ScheduleSettings>().Bind(configuration.GetSection("Schedules")).ValidateDataAnnotations().ValidateOnStart();
        return services
            .AddSingleton(
                p => new ScheduleStore(
                    new LazyTable(
                        p.GetRequiredService<TableServiceClient>(), ScheduleStore.TableName), p.GetRequiredService<TimeProvider>(),
                    p.GetRequiredService<ChangeLog>()))
            .AddSingleton<IScheduleTarget, TaskTarget>()
            .AddSingleton<IScheduleTarget, WorkflowTarget>()
            .AddSingleton<ScheduleTargets>()
            .AddSingleton<ScheduleWatch>()
            .AddHostedService(p => p.GetRequiredService<ScheduleWatch>())
            .AddSingleton<Scheduler>();
    }
}
