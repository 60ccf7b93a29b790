using Microsoft.Azure.Functions.Worker;
using Serverless.Workflows.Definitions;
using Serverless.Workflows.Store;

namespace Serverless.Workflows.Run;

/// <summary>
/// Finds what a run needs: its definition, the versions of its children, and what it takes over from the run that it repeats.
/// </summary>
internal sealed class BeginRun(WorkflowRegistry registry, RunStore runs)
{
    /// <summary>Which run.</summary>
    public sealed record Request(string RunId, WorkflowRunInput Input, DateTime Started);

    /// <summary>Records that it runs, and answers what it needs.</summary>
    [Function(nameof(BeginRun))]
    public async Task<RunPlan> RunAsync([ActivityTrigger] Request request, CancellationToken cancellationToken)
    {
        var (id, input) = (request.RunId, request.Input);
        var definition = await registry.GetAsync(input.Workflow, input.Version, cancellationToken);
        var children = input.Children ?? await registry.FindChildVersionsAsync(definition, cancellationToken);
        var steps = definition.AllSteps().ToList();
        var run = new RunRecord(id, input.Workflow, input.Version, RunState.Pending, new DateTimeOffset(request.Started, TimeSpan.Zero))
        {
            TotalSteps = steps.Count,
            Parent = input.Parent,
            RerunOf = input.RerunOf,
            Input = input.Input,
            IsBegun = true,
        };
        await runs.AddAsync(run, cancellationToken);
        await runs.MoveAsync(id, RunState.Running, null, null, cancellationToken);

        var finished = await FindFinishedAsync(input, cancellationToken);
        await runs.RecordAsync(id, finished, cancellationToken);
        return new RunPlan(await registry.GetJsonAsync(input.Workflow, input.Version, cancellationToken), children, finished);
    }

    private async Task<IReadOnlyList<StepRecord>> FindFinishedAsync(WorkflowRunInput input, CancellationToken cancellationToken)
    {
        if (input.RerunOf is not { } before || await runs.FindAsync(before, cancellationToken) is not { } run) return [];
        if (run.Workflow != input.Workflow || run.Version != input.Version) return [];
        var steps = await runs.ListStepsAsync(before, cancellationToken);
        return [.. steps.Where(s => s.Status is StepState.Completed or StepState.Skipped)
            .Select(s => s with { TakenFrom = s.TakenFrom ?? before })];
    }
}
