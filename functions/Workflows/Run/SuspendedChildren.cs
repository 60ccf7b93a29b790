using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using Serverless.Workflows.Store;

namespace Serverless.Workflows.Run;

/// <summary>
/// Resumes child runs that somebody has suspended, once their parent has told them to end: suspended they hear nothing of it, and a parent
/// that undoes what it has done waits for them.
/// </summary>
internal sealed class SuspendedChildren(RunStore runs)
{
    /// <summary>Resumes those of a run that ends or undoes what it has done; what is not suspended stays as it is.</summary>
    public async Task ResumeAsync(DurableTaskClient client, string runId, CancellationToken cancellationToken)
    {
        foreach (var step in await runs.ListStepsAsync(runId, cancellationToken))
        {
            if (step is not { Type: WorkflowStepType.Workflow, WorkId: { } child }) continue;
            if (await client.GetInstanceAsync(child, cancellationToken) is not { RuntimeStatus: OrchestrationRuntimeStatus.Suspended })
                continue;
            await runs.MoveAsync(child, RunState.Running, null, null, cancellationToken);
            await client.ResumeInstanceAsync(child, "The run that it belongs to ends.", cancellationToken);
        }
    }
}
