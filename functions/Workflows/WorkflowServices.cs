using Azure.Data.Tables;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Serverless.Jobs;
using Serverless.Monitoring.Changes;
using Serverless.Storage;
using Serverless.Tasks;
using Serverless.Workflows.Canvas;
using Serverless.Workflows.Definitions;
using Serverless.Workflows.Items;
using Serverless.Workflows.Run;
using Serverless.Workflows.Store;
using Serverless.Workflows.Values;

namespace Serverless.Workflows;

/// <summary>Registers workflows and canvas.</summary>
internal static class WorkflowServices
{
    /// <summary>Adds them; storage is reached at the first use, not here.</summary>
    public static IServiceCollection AddWorkflows(this IServiceCollection services) => services
        .AddSingleton(p => new WorkflowRegistry(
            new LazyTable(
                p.GetRequiredService<TableServiceClient>(), WorkflowRegistry.TableName), p.GetRequiredService<Containers>(),
                p.GetRequiredService<TaskRegistry>(),
            p.GetRequiredService<TaskRouter>(), p.GetRequiredService<WorkflowOrchestrations>(), p.GetRequiredService<TimeProvider>(),
            p.GetRequiredService<ILogger<WorkflowRegistry>>()))
        .AddSingleton(p => new RunStore(
            new LazyTable(
                p.GetRequiredService<TableServiceClient>(), RunStore.TableName), p.GetRequiredService<RunBlobs>(),
                p.GetRequiredService<TimeProvider>(), p.GetRequiredService<ChangeLog>()))
        .AddSingleton<WorkflowOrchestrations>()
        .AddSingleton<BuiltInWorkflows>()
        .AddHostedService(p => p.GetRequiredService<BuiltInWorkflows>())
        .AddSingleton<RunBlobs>()
        .AddSingleton<RunFollower>()
        .AddSingleton<RunReader>()
        .AddSingleton<RunStarter>()
        .AddSingleton<IJobKind, RunJobs>()
        .AddSingleton<StepRecorder>()
        .AddSingleton<OrderArguments>()
        .AddSingleton<MapFolder>()
        .AddSingleton<ItemPlanner>()
        .AddSingleton<ChunkRunner>()
        .AddSingleton<CanvasStarter>();
}
