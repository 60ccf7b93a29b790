using Serverless.Tasks.Store;
using Serverless.Workflows.Store;

namespace Serverless.Workflows.Run;

/// <summary>Completes what an orchestrator knows of its steps, and stores it.</summary>
internal sealed class StepRecorder(RunStore runs, TaskStore tasks)
{
    /// <summary>Stores steps.</summary>
    public async Task RecordAsync(string runId, IReadOnlyList<StepRecord>? steps, CancellationToken cancellationToken)
    {
        if (steps is not { Count: > 0 }) return;
        var complete = await Task.WhenAll(steps.Select(s => CompleteAsync(s, cancellationToken)));
        await runs.RecordAsync(runId, complete, cancellationToken);
    }

    // How often a task of a queue ran is not in its event.
    private async Task<StepRecord> CompleteAsync(StepRecord step, CancellationToken cancellationToken)
    {
        if (step is not { Type: WorkflowStepType.Task, WorkId: { } task, Attempts: null or 0, IsFinal: true }) return step;
        return await tasks.FindAsync(task, cancellationToken) is { } known ? step with { Attempts = known.Attempt + 1 } : step;
    }
}
