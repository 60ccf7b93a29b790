using Microsoft.DurableTask.Client;
using Serverless.Workflows.Definitions;

namespace Serverless.Workflows.Store;

/// <summary>Reads runs for people.</summary>
internal sealed class RunReader(RunStore runs, RunIndex index, RunFollower follower, WorkflowRegistry registry)
{
    /// <summary>A page of runs, the newest first, without inputs and outputs.</summary>
    public async Task<RunPage> ListAsync(DurableTaskClient client, RunQuery query, CancellationToken cancellationToken)
    {
        var page = await index.ListAsync(query, cancellationToken);
        var followed = await Task.WhenAll(page.Runs.Select(run => follower.FollowAsync(client, run, cancellationToken)));
        return page with
        {
            Runs = [.. followed.Where(run => query.State is null || run.Status == query.State)
                .Select(run => run with { Input = null, Output = null })],
        };
    }

    /// <summary>Null when there is no such run.</summary>
    public async Task<RunView?> FindAsync(DurableTaskClient client, string id, CancellationToken cancellationToken)
    {
        if (await runs.FindAsync(id, cancellationToken) is not { } run) return null;
        run = await follower.FollowAsync(client, run, cancellationToken);
        var definition = await registry.GetAsync(run.Workflow, run.Version, cancellationToken);
        var known = (await runs.ListStepsAsync(id, cancellationToken)).ToDictionary(s => s.Name, StringComparer.Ordinal);
        var steps = definition.ListSteps().ToList();
        var running = run.IsFinal ? null : steps.Find(s => IsRunning(s) && !s.ListInner().Any(IsRunning))?.Name;
        return RunView.From(
            run, running, steps.ConvertAll(s => known.GetValueOrDefault(s.Name) is { } step
                ? Ended(step) : new StepRecord(s.Name, s.Type, StepState.Pending)));

        // One that was terminated from outside told nobody that its steps ended, too.
        StepRecord Ended(StepRecord step) =>
            run.IsFinal && step.IsAtWork ? step with { Status = StepState.Cancelled, Ended = run.Ended } : step;

        bool IsRunning(WorkflowStep step) => known.TryGetValue(step.Name, out var record) && record.IsAtWork;
    }
}
