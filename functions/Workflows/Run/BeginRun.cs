using Microsoft.Azure.Functions.Worker;
using Serverless.Workflows.Definitions;
using Serverless.Workflows.InputSchemas;
using Serverless.Workflows.Store;
using Serverless.Workflows.Values;

namespace Serverless.Workflows.Run;

/// <summary>
/// Finds what a run needs: its definition, the versions of its children, and what it takes over from the run that it repeats.
/// </summary>
internal sealed class BeginRun(WorkflowRegistry registry, RunStore runs, RunBlobs blobs)
{
    /// <summary>Which run.</summary>
    public sealed record Request(string RunId, WorkflowRunInput Input, DateTime Started);

    /// <summary>Records that it runs, and answers what it needs.</summary>
    [Function(nameof(BeginRun))]
    public async Task<RunPlan> RunAsync([ActivityTrigger] Request request, CancellationToken cancellationToken)
    {
        var (id, input) = (request.RunId, request.Input);
        var definition = await registry.GetAsync(input.Workflow, input.Version, cancellationToken);

        // That of an outermost run was checked when it was asked for.
        if (definition.InputSchema is { } schema && input.Parent is not null)
            InputSchema.Require(schema, await blobs.LoadAsync(input.Input, cancellationToken));
        var children = input.Children ?? await registry.FindChildVersionsAsync(definition, cancellationToken);
        var steps = definition.ListSteps().ToList();
        var run = new RunRecord(id, input.Workflow, input.Version, RunState.Pending, new DateTimeOffset(request.Started, TimeSpan.Zero))
        {
            TotalSteps = steps.Count,
            Parent = input.Parent,
            RerunOf = input.RerunOf,
            RerunFrom = input.From,
            Input = input.Input,
            IsBegun = true,
        };
        await runs.AddAsync(run, cancellationToken);
        await runs.MoveAsync(id, RunState.Running, null, null, cancellationToken);

        var finished = await FindFinishedAsync(input, definition, cancellationToken);
        await runs.RecordAsync(id, finished, cancellationToken);
        return new RunPlan(await registry.GetJsonAsync(input.Workflow, input.Version, cancellationToken), children, finished);
    }

    private async Task<IReadOnlyList<StepRecord>> FindFinishedAsync(
        WorkflowRunInput input, WorkflowDefinition definition, CancellationToken cancellationToken)
    {
        if (input.RerunOf is not { } before || await runs.FindAsync(before, cancellationToken) is not { } run) return [];
        if (run.Workflow != input.Workflow || run.Version != input.Version) return [];
        var steps = await runs.ListStepsAsync(before, cancellationToken);
        var anew = definition.Steps.SkipWhile(s => s.Name != input.From).SelectMany(s => s.WithInner()).Select(s => s.Name).ToHashSet();

        // What was undone is done anew, and with it whatever it stands in.
        var undone = steps.Where(s => s.Status == StepState.Undone).Select(s => s.Name).ToHashSet();
        anew.UnionWith(definition.ListSteps().Where(s => s.WithInner().Any(i => undone.Contains(i.Name))).Select(s => s.Name));
        return [.. steps.Where(s => !anew.Contains(s.Name) && s.Status is (StepState.Completed or StepState.Skipped))
            .Select(s => s with { TakenFrom = s.TakenFrom ?? before })];
    }
}
