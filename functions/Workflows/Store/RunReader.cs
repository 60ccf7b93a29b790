using Serverless.Workflows.Definitions;

namespace Serverless.Workflows.Store;

/// <summary>Reads runs for people.</summary>
public sealed class RunReader(RunStore runs, WorkflowRegistry registry)
{
    /// <summary>Null when there is no such run.</summary>
    public async Task<RunView?> FindAsync(string id, CancellationToken cancellationToken)
    {
        if (await runs.FindAsync(id, cancellationToken) is not { } run) return null;
        var definition = await registry.GetAsync(run.Workflow, run.Version, cancellationToken);
        var known = (await runs.StepsAsync(id, cancellationToken)).ToDictionary(s => s.Name, StringComparer.Ordinal);
        var steps = definition.AllSteps().ToList();
        var running = run.IsFinal ? null : steps.Find(s => IsRunning(s) && !s.Inner().Any(IsRunning))?.Name;
        return RunView.From(
            run, running, steps.ConvertAll(s => known.GetValueOrDefault(s.Name) ?? new StepRecord(s.Name, s.Type, StepState.Pending)));

        bool IsRunning(WorkflowStep step) => known.TryGetValue(step.Name, out var record) && record.Status == StepState.Running;
    }
}
