using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Serverless.Messaging;
using Serverless.Monitoring;
using Serverless.Resilience;
using Serverless.Tasks.Batches;
using Serverless.Tasks.Limits;
using Serverless.Tasks.Retries;
using Serverless.Tasks.Running;
using Serverless.Tasks.Sending;
using Serverless.Tasks.Store;
using Serverless.Timers;

namespace Serverless.Tasks;

/// <summary>Registers the tasks.</summary>
internal static class TaskServices
{
    /// <summary>Adds client, runner, store and strategies, and the handlers of this assembly.</summary>
    public static IServiceCollection AddTasks(this IServiceCollection services)
    {
        services.TryAddSingleton<IExecutionRecorder, NoRecorder>();
#pragma warning disable RS0030 // The one place where the shared generator, which is safe for many threads, is injected.
        services.TryAddSingleton(Random.Shared);
#pragma warning restore RS0030
        return services
            .AddSingleton(_ => TaskRegistry.Discover(typeof(TaskServices).Assembly.GetTypes()))
            .AddSingleton<TaskRouter>()
            .AddSingleton<TaskRetention>()
            .AddSingleton<TaskArguments>()
            .AddSingleton(ClaimExpiry.Form)
            .AddSingleton<UniqueClaims>()
            .AddSingleton<Debounces>()
            .AddSingleton<ClaimPurge>()
            .AddSingleton<TaskPreparation>()
            .AddSingleton<TaskBatch>()
            .AddSingleton<ITaskClient, TaskClient>()
            .AddSingleton<ILoggerProvider, TaskLogProvider>()
            .AddSingleton<HandlerInvoker>()
            .AddSingleton<TaskExecutor>()
            .AddSingleton<TaskOutcomeHandler>()
            .AddSingleton<TaskRunner>()
            .AddSingleton<QueueChanges>()
            .AddSingleton<BatchStore>()
            .AddSingleton<BatchCounter>()
            .AddSingleton<BatchTotals>()
            .AddSingleton<BatchMembers>()
            .AddSingleton<BatchFollowUp>()
            .AddSingleton<BatchClient>()
            .AddSingleton<BatchSweep>()
            .AddHostedService<TaskStartCheck>()
            .AddSingleton<ErrorClassifier>()
            .AddSingleton<ErrorStrategies>()
            .AddSingleton<CircuitBreakers>()
            .AddSingleton<TaskBlobs>()
            .AddSingleton<LostTasks>()
            .AddSingleton<TaskTableWriter>()
            .AddSingleton(TaskRows.Form)
            .AddSingleton<TaskStore>()
            .AddSingleton<ChosenTaskIds>()
            .AddSingleton<WaitingTasks>()
            .AddSingleton<TaskPurge>()
            .AddSingleton<TaskIndex>()
            .AddHostedService<TaskTableMigration>()
            .AddSingleton<CircuitPauses>()
            .AddSingleton<PausedQueues>()
            .AddSingleton<IPauseSource, TaskPauseSource>()
            .AddSingleton<TaskPauses>()
            .AddHostedService(p => p.GetRequiredService<TaskPauses>())
            .AddSingleton<TaskLimits>()
            .AddHostedService(p => p.GetRequiredService<TaskLimits>())
            .AddSingleton<LimitGate>()
            .AddSingleton<RateGate>()
            .AddSingleton<RateTurns>()
            .AddSingleton<RateRows>()
            .AddSingleton<TaskRevocations>()
            .AddHostedService(p => p.GetRequiredService<TaskRevocations>())
            .AddTimedWork<QueueProbe>()
            .AddTimedWork<TaskCleanup>();
    }
}
