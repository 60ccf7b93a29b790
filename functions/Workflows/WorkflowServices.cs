using Microsoft.Extensions.DependencyInjection;
using Serverless.Jobs;
using Serverless.Workflows.Approvals;
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
        .AddSingleton<WorkflowRegistry>()
        .AddSingleton<WorkflowRegistrar>()
        .AddSingleton(RunRows.Form)
        .AddSingleton<RunStore>()
        .AddSingleton<WorkflowOrchestrations>()
        .AddSingleton<BuiltInWorkflows>()
        .AddSingleton<RunIndex>()
        .AddSingleton<RunBlobs>()
        .AddSingleton<RunFollower>()
        .AddSingleton<RunReader>()
        .AddSingleton<RunStarter>()
        .AddSingleton<SignalSender>()
        .AddApprovals()
        .AddSingleton<IJobKind, RunJobs>()
        .AddSingleton<StepRecorder>()
        .AddSingleton<SuspendedChildren>()
        .AddSingleton<OrderArguments>()
        .AddSingleton<MapFolder>()
        .AddSingleton<ItemPlanner>()
        .AddSingleton<ChunkRunner>()
        .AddSingleton<CanvasStarter>();
}
