using Microsoft.DurableTask.Client;
using Serverless.Http;
using Serverless.Workflows;
using Serverless.Workflows.Definitions;
using Serverless.Workflows.Store;

namespace Serverless.Schedules.Running;

/// <summary>Schedules that start a workflow, in the version that is current when it starts.</summary>
internal sealed class WorkflowTarget(
    WorkflowRegistry registry, BuiltInWorkflows own, RunStarter starter, RunStore runs, RunFollower follower) : IScheduleTarget
{
    /// <inheritdoc/>
    public bool IsOf(ScheduleDefinition definition) => definition.Workflow is not null;

    /// <inheritdoc/>
    public async Task CheckAsync(ScheduleDefinition definition, ValidationErrors faults, CancellationToken cancellationToken)
    {
        if (await FindAsync(definition.Workflow!, cancellationToken) is null)
            faults.Add("workflow", new UnknownWorkflowException(definition.Workflow!).Message);
    }

    /// <inheritdoc/>
    public async Task StartAsync(DurableTaskClient client, ScheduleDefinition definition, string runId, CancellationToken cancellationToken)
    {
        var version = await FindAsync(definition.Workflow!, cancellationToken) ?? throw new UnknownWorkflowException(definition.Workflow!);
        await starter.StartAsync(client, new RunRequest(version, definition.Input, runId) { IsIdDerived = true }, cancellationToken);
    }

    /// <inheritdoc/>
    public async Task<bool> IsActiveAsync(DurableTaskClient client, string runId, CancellationToken cancellationToken) =>
        await runs.FindAsync(runId, cancellationToken) is { IsFinal: false } run
        && await follower.FollowAsync(client, run, cancellationToken) is { IsFinal: false };

    /// <inheritdoc/>
    public string PathOf(string runId) => $"workflows/runs/{runId}";

    private async Task<WorkflowVersion?> FindAsync(string name, CancellationToken cancellationToken)
    {
        await own.WaitUntilRegisteredAsync(cancellationToken);
        return DefinitionReader.IsName(name) ? await registry.FindLatestAsync(name, cancellationToken) : null;
    }
}
