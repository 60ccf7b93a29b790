using Azure.Data.Tables;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Serverless.Errors;
using Serverless.Monitoring;
using Serverless.Storage;

namespace Serverless.Tasks;

/// <summary>Registers the tasks.</summary>
public static class TaskServices
{
    private const string Table = "Tasks";

    /// <summary>Adds client, runner, store and strategies, and the handlers of this assembly.</summary>
    public static IServiceCollection AddTasks(this IServiceCollection services)
    {
        services.TryAddSingleton<IExecutionRecorder, NoRecorder>();
#pragma warning disable RS0030 // The one place where the shared generator, which is safe for many threads, is injected.
        services.TryAddSingleton(Random.Shared);
#pragma warning restore RS0030
        services.AddKeyedSingleton(Table, (provider, _) => new LazyTable(provider.GetRequiredService<TableServiceClient>(), Table));
        return services
            .AddSingleton(_ => TaskRegistry.Discover([typeof(TaskServices).Assembly]))
            .AddSingleton<TaskRouter>()
            .AddSingleton<TaskArguments>()
            .AddSingleton<ITaskClient, TaskClient>()
            .AddSingleton<TaskExecutor>()
            .AddSingleton<TaskRunner>()
            .AddSingleton<ErrorClassifier>()
            .AddSingleton<ErrorStrategies>()
            .AddSingleton<CircuitBreakers>()
            .AddSingleton(p => new TaskTableWriter(p.GetRequiredKeyedService<LazyTable>(Table)))
            .AddSingleton(p => new TaskTableReader(p.GetRequiredKeyedService<LazyTable>(Table)))
            .AddHostedService(p => p.GetRequiredService<TaskTableWriter>())
            .AddHostedService(p => p.GetRequiredService<TaskTableReader>())
            .AddSingleton(p => new TaskStore(
                p.GetRequiredService<TaskTableWriter>(), p.GetRequiredService<TaskTableReader>(), p.GetRequiredKeyedService<LazyTable>(Table),
                p.GetRequiredService<Containers>(), p.GetRequiredService<TimeProvider>()));
    }
}
