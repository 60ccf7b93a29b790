using System.Text.Json;
using Microsoft.DurableTask;
using Serverless.Tasks;
using Serverless.Workflows.Items;
using Serverless.Workflows.References;
using Serverless.Workflows.Run;
using Serverless.Workflows.Store;
using Serverless.Workflows.Values;

namespace Serverless.Workflows;

/// <summary>
/// Interprets a definition inside an orchestrator: one method a step type. What it does depends on its inputs and its history only.
/// </summary>
internal sealed partial class WorkflowInterpreter
{
    private readonly TaskOrchestrationContext _context;
    private readonly WorkflowDefinition _definition;
    private readonly WorkflowRunInput _input;
    private readonly RunPlan _plan;
    private readonly DateTime _deadline;
    private readonly RunJournal _journal;
    private readonly TaskCalls _calls;
    private readonly ChildCalls _children;
    private readonly SignalWaits _waits;
    private readonly Dictionary<string, StoredValue> _values = new(StringComparer.Ordinal);

    public WorkflowInterpreter(
        TaskOrchestrationContext context, WorkflowDefinition definition, WorkflowRunInput input, RunPlan plan, DateTime deadline)
    {
        (_context, _definition, _input, _plan, _deadline) = (context, definition, input, plan, deadline);
        _journal = new RunJournal(context, definition.ListSteps().Count(), plan.Finished);
        _calls = new TaskCalls(context, context.InstanceId) { TakeSteps = _journal.Take };
        _children = new ChildCalls(context);
        _waits = new SignalWaits(context);
        _values["input"] = input.Input;
        _values["run"] = StoredValue.OfRun(context.InstanceId, definition.Name, input.Version);
        foreach (var step in plan.Finished) _values[RunData.StepPrefix + step.Name] = step.Result ?? StoredValue.Null;
    }

    /// <summary>The innermost step that is at work; the one that began first when there are several.</summary>
    public string? RunningStep
    {
        get
        {
            var running = _journal.Running.Select(s => s.Name).ToHashSet(StringComparer.Ordinal);
            return _definition.ListSteps()
                .FirstOrDefault(s => running.Contains(s.Name) && !s.ListInner().Any(i => running.Contains(i.Name)))?.Name;
        }
    }

    /// <summary>Runs all steps.</summary>
    /// <returns>The result of the last.</returns>
    /// <exception cref="StepFailedException">A step failed.</exception>
    public Task<StoredValue> RunAsync(StopSignal stop)
    {
        _ = _children.ForwardAsync();
        return RunSequenceAsync(_definition.Steps, stop);
    }

    /// <summary>Stops what is still at work after the end, and notes it.</summary>
    /// <param name="stopped">What was stopped.</param>
    /// <param name="outOfTime">The step at work is the one that took the run's time.</param>
    /// <param name="undo">Child workflows at work undo what they have done.</param>
    public async Task StopAsync(StopSignal stopped, bool outOfTime, bool undo)
    {
        if (outOfTime && RunningStep is { } name)
        {
            var step = _definition.ListSteps().First(s => s.Name == name);
            _journal.End(step, StepState.Failed, error: new StepError(nameof(TimeoutException), "The run's time was up."));
        }

        _journal.Cancel(_definition.Steps);
        await StopWorkAsync(stopped, undo);
        _calls.Close();
        await _journal.WaitUntilWrittenAsync();
    }

    /// <summary>Takes the step records that are still to be written down.</summary>
    public IReadOnlyList<StepRecord> TakeUnwritten() => _journal.Take();

    private async Task<StoredValue> RunSequenceAsync(IReadOnlyList<WorkflowStep> steps, StopSignal stop)
    {
        var last = StoredValue.Null;
        for (var i = 0; i < steps.Count; i++)
        {
            last = await RunStepAsync(steps[i], stop);

            // A task that follows takes the record along.
            if (i + 1 == steps.Count || steps[i + 1].Type != WorkflowStepType.Task || _journal.IsFinished(steps[i + 1].Name))
                _journal.Write();
        }

        return last;
    }

    private async Task<StoredValue> RunStepAsync(WorkflowStep step, StopSignal stop)
    {
        var place = RunData.StepPrefix + step.Name;
        if (_journal.IsFinished(step.Name)) return _values[place];

        stop.ThrowIfStopped();
        try
        {
            var value = step.Type switch
            {
                WorkflowStepType.Task => await RunTaskAsync(step, stop),
                WorkflowStepType.Parallel => await RunParallelAsync(step, stop),
                WorkflowStepType.Conditional => await RunConditionalAsync(step, stop),
                WorkflowStepType.Map => await MapAsync(step, stop),
                WorkflowStepType.Workflow => await RunWorkflowAsync(step, stop),
                WorkflowStepType.Orchestration => await RunOrchestrationAsync(step, stop),
                WorkflowStepType.Wait or WorkflowStepType.Approval => await WaitAsync(step, stop),
                _ => throw new InvalidOperationException($"There is no step type {step.Type}."),
            };
            if (step.Undo is not null) _undoable.Add(step);
            return _values[place] = value;
        }
        catch (Exception e) when (e is StepFailedException or TaskFailedException or TaskValidationException)
        {
            var error = e switch
            {
                StepFailedException failed => failed.Error,
                TaskFailedException failed => StepError.From(failed.FailureDetails),
                _ => StepError.From(e),
            };
            if (!_journal.IsFinished(step.Name)) _journal.End(step, StepState.Failed, error: error);
            _journal.Write();
            _values[place] = StoredValue.Null;
            throw new StepFailedException(error with { Step = error.Step ?? step.Name });
        }
    }

    private async Task<StoredValue> RunTaskAsync(WorkflowStep step, StopSignal stop)
    {
        var order = new TaskRequest(WorkId.OfTask(_context.InstanceId, step.Name), step.Task!, step.Args)
        {
            Values = Needed(step.Args),
            Via = step.Via,
            Queue = step.Queue,
            Retry = step.Retry,
        };
        _journal.Begin(step, step.Via == TaskVia.Queue ? order.Id : null);
        var answer = await _calls.RunAsync(order, stop);
        if (answer.Error is { } error)
        {
            _journal.End(step, StepState.Failed, error: error, attempts: answer.Attempts);
            throw new StepFailedException(error);
        }

        _journal.End(step, StepState.Completed, answer.Value, attempts: answer.Attempts);
        return answer.Value!;
    }

    private async Task<StoredValue> RunParallelAsync(WorkflowStep step, StopSignal stop)
    {
        const int maxNamed = 20;
        _journal.Begin(step, null);
        var inner = stop.CreateInner();
        var branches = step.Steps.Select(s => RunSequenceAsync([s], inner)).ToList();
        try
        {
            var settled = await Gather.WaitAllAsync(branches, step.Tolerate?.Of(branches.Count) ?? 0, inner);
            var failures = step.Steps.Zip(settled).Where(s => s.Second.Error is not null)
                .Select(s => new { step = s.First.Name, error = s.Second.Error!.Message }).ToList();
            var value = StoredValue.Of(
                new { succeeded = settled.Count - failures.Count, failed = failures.Count, failures = failures.Take(maxNamed) });
            _journal.End(step, StepState.Completed, value);
            return value;
        }
        catch (StepFailedException)
        {
            _journal.Cancel(step.Steps);
            await StopWorkAsync(inner, undo: true);
            throw;
        }
    }

    private async Task<StoredValue> RunConditionalAsync(WorkflowStep step, StopSignal stop)
    {
        _journal.Begin(step, null);
        var isTrue = await IsTrueAsync(step.Condition!, stop);
        var (taken, other) = isTrue ? (step.Then, step.Else) : (step.Else, step.Then);
        _journal.Skip(other);
        foreach (var skipped in other.SelectMany(s => s.WithInner())) _values[RunData.StepPrefix + skipped.Name] = StoredValue.Null;
        var value = await RunSequenceAsync(taken, stop);
        _journal.End(step, taken.Count == 0 ? StepState.Skipped : StepState.Completed, value);
        return value;
    }

    private async Task<StoredValue> MapAsync(WorkflowStep step, StopSignal stop)
    {
        var map = new ItemMapInput(_context.InstanceId, step.Name, step.Task!, step.Items!.Value, step.Args)
        {
            Values = Needed(step.Items, step.Args),
            ChunkSize = step.ChunkSize ?? ItemMapInput.DefaultChunkSize,
            MaxConcurrency = step.MaxConcurrency ?? ItemMapInput.DefaultMaxConcurrency,
            Tolerate = step.Tolerate,
            Via = step.Via,
            Queue = step.Queue,
            Retry = step.Retry,
        };
        var id = WorkId.OfChild(_context.InstanceId, step.Name);
        _journal.Begin(step, id);
        _journal.Write();
        var result = await _children.RunAsync<MapResult>(nameof(ItemMap), id, new ItemMapState(map), stop, isMap: true);
        var value = StoredValue.Of(result);
        _journal.End(step, StepState.Completed, value);
        return value;
    }

    private async Task<StoredValue> RunWorkflowAsync(WorkflowStep step, StopSignal stop)
    {
        var id = WorkId.OfChild(_context.InstanceId, step.Name);
        _journal.Begin(step, id);
        _journal.Write();
        var child = new WorkflowRunInput(step.Workflow!, _plan.Children[step.Workflow!], await ResolveAsync(step, "input", step.Args, stop))
        {
            Deadline = _deadline,
            Parent = _context.InstanceId,
            RerunOf = _input is { RerunOf: { } before, From: null } ? WorkId.OfChild(before, step.Name) : null,
            Children = _plan.Children,
        };
        var output = await _children.RunAsync<WorkflowOutput>(nameof(WorkflowRun), id, child, stop, isRun: true);
        _journal.End(step, StepState.Completed, output.Value);
        return output.Value;
    }

    private async Task<StoredValue> RunOrchestrationAsync(WorkflowStep step, StopSignal stop)
    {
        var request = new PrepareOrchestration.Request(_context.InstanceId, step.Name, step.Orchestration!, step.Args, Needed(step.Args));
        var prepared = await stop.WaitOrStopAsync(
            _context.CallActivityAsync<PrepareOrchestration.Prepared>(nameof(PrepareOrchestration), request, TaskCalls.Infrastructure));
        var id = prepared.InstanceId ?? WorkId.OfChild(_context.InstanceId, step.Name);
        _journal.Begin(step, id);
        _journal.Write();
        var output = await _children.RunAsync<JsonElement?>(prepared.Function, id, prepared.Input, stop, orchestration: step.Orchestration);
        var value = await stop.WaitOrStopAsync(_context.CallActivityAsync<StoredValue>(
            nameof(StoreStepOutput), new StoreStepOutput.Output(
                _context.InstanceId, step.Name, step.Orchestration!, output), TaskCalls.Infrastructure));
        _journal.End(step, StepState.Completed, value);
        return value;
    }

    private async Task<StoredValue> WaitAsync(WorkflowStep step, StopSignal stop)
    {
        var until = step.TimeoutSeconds is { } seconds ? _context.CurrentUtcDateTime.AddSeconds(seconds) : (DateTime?)null;
        _journal.Wait(step, until);
        _journal.Write();
        if (step.Ask is { } ask) await AskAsync(step, ask, until, stop);
        var payload = await _waits.WaitAsync(step.Signal!, until, signal => IsMetAsync(step.Condition, signal, stop), stop);
        if (payload is null && step.OnTimeout != TimeoutRule.Continue)
            throw new StepFailedException(
                new StepError(nameof(TimeoutException), $"The signal '{step.Signal}' did not come within {step.TimeoutSeconds} s."));
        if (payload is not null && step.Type == WorkflowStepType.Approval) await RequireApprovalAsync(step, payload, stop);
        var value = payload ?? await ResolveAsync(step, "default", step.Default, stop);
        _journal.End(step, StepState.Completed, value);
        return value;
    }

    private async Task StopWorkAsync(StopSignal stopped, bool undo)
    {
        var tasks = _calls.Abandon(stopped);
        var orchestrations = _children.Abandon(stopped, undo);
        if (tasks.Any || orchestrations.Count > 0)
            await _context.CallActivityAsync(
                nameof(CancelPendingWork), new CancelPendingWork.Orders(
                    _context.InstanceId, tasks, orchestrations), TaskCalls.Infrastructure);
    }
}
