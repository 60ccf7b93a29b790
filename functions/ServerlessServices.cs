using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Serverless.Access;
using Serverless.Alarms;
using Serverless.Cleanup;
using Serverless.CsvJobs;
using Serverless.CsvPipeline;
using Serverless.DeadLetters;
using Serverless.Email;
using Serverless.Files;
using Serverless.Http;
using Serverless.Jobs;
using Serverless.Media;
using Serverless.Messaging;
using Serverless.Monitoring;
using Serverless.Notifications;
using Serverless.Reports;
using Serverless.Schedules;
using Serverless.Storage;
using Serverless.Tasks;
using Serverless.Timers;
using Serverless.Workflows;

namespace Serverless;

/// <summary>Registers the app: the same for both hosts.</summary>
internal static class ServerlessServices
{
    /// <summary>Adds everything but what the host itself brings: the telemetry's exporters.</summary>
    public static IServiceCollection AddServerless(this IServiceCollection services, IConfiguration configuration)
    {
        services.TryAddSingleton(TimeProvider.System);
        return services
            .AddExceptionHandler<ProblemHandler>()
            .AddStorage(configuration)
            .AddAccess(configuration)
            .AddFiles(configuration)
            .AddCsvJobs(configuration)
            .AddCsvPipeline()
            .AddQueues(configuration)
            .AddDeadLetters()
            .AddScaling()
            .AddTasks()
            .AddWorkflows()
            .AddMedia(configuration)
            .AddMonitor(configuration)
            .AddTimers(configuration)
            .AddSchedules(configuration)
            .AddCleanup(configuration)
            .AddEmail(configuration)
            .AddNotifications(configuration)
            .AddReports(configuration)
            .AddAlarms();
    }
}
