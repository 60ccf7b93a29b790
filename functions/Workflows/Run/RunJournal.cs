using Microsoft.DurableTask;
using Serverless.Workflows.Store;
using Serverless.Workflows.Values;

namespace Serverless.Workflows.Run;

/// <summary>
/// The states of the steps of a run. Changes are written by the activity that starts the next task, where there is one, else by one of
/// their own that nobody waits for before the end of the run.
/// </summary>
internal sealed class RunJournal
{
    private readonly TaskOrchestrationContext _context;
    private readonly int _total;
    private readonly Dictionary<string, StepRecord> _steps;
    private readonly List<Task> _writes = [];
    private List<StepRecord> _unwritten = [];
    private int _ended;

    public RunJournal(TaskOrchestrationContext context, int total, IEnumerable<StepRecord> finished)
    {
        _context = context;
        _total = total;
        _steps = finished.ToDictionary(s => s.Name, StringComparer.Ordinal);
        _ended = _steps.Count;
    }

    /// <summary>The steps that are at work.</summary>
    public IEnumerable<StepRecord> Running =>
        _steps.Values.Where(s => !s.IsFinal).OrderBy(s => s.Started).ThenBy(s => s.Name, StringComparer.Ordinal);

    /// <summary>True for a step whose result was taken over.</summary>
    public bool IsFinished(string name) => _steps.TryGetValue(name, out var step) && step.IsFinal;

    /// <summary>A step begins.</summary>
    public void Begin(WorkflowStep step, string? workId) =>
        Note(new StepRecord(step.Name, step.Type, StepState.Running) { Started = _context.CurrentUtcDateTime, WorkId = workId });

    /// <summary>A step waits.</summary>
    public void Wait(WorkflowStep step, DateTime? until) => Note(new StepRecord(step.Name, step.Type, StepState.Waiting)
    {
        Started = _context.CurrentUtcDateTime,
        Signal = step.Signal,
        Until = until is { } moment ? new DateTimeOffset(moment, TimeSpan.Zero) : null,
    });

    /// <summary>A step has ended.</summary>
    public void End(WorkflowStep step, StepState state, StoredValue? result = null, StepError? error = null, int? attempts = null)
    {
        var begun = _steps.GetValueOrDefault(step.Name)
            ?? new StepRecord(step.Name, step.Type, state) { Started = _context.CurrentUtcDateTime };
        Note(begun with { Status = state, Ended = _context.CurrentUtcDateTime, Result = result, Error = error, Attempts = attempts });
    }

    /// <summary>The run begins to undo what it has done: whoever looks at it sees that first.</summary>
    public Task BeginUndoAsync() => _context.CallActivityAsync(
        nameof(RecordSteps), new RecordSteps.Change(_context.InstanceId, Take()) { IsUndoing = true }, TaskCalls.Infrastructure);

    /// <summary>A step that had completed was undone; with an error, it was not.</summary>
    public void Undo(WorkflowStep step, string workId, StepError? error)
    {
        var done = _steps[step.Name];
        var undone = done with { UndoId = workId, Error = error, Status = error is null ? StepState.Undone : done.Status };
        _steps[step.Name] = undone;
        _unwritten.Add(undone);
        _context.SetCustomStatus(new RunProgress(_ended, _total, step.Name, error is null ? "undone" : "not undone"));
    }

    /// <summary>Steps are not run.</summary>
    public void Skip(IEnumerable<WorkflowStep> steps)
    {
        foreach (var step in steps.SelectMany(s => s.WithInner()))
            Note(new StepRecord(step.Name, step.Type, StepState.Skipped) { Ended = _context.CurrentUtcDateTime });
    }

    /// <summary>Steps at work will not come to their end.</summary>
    public void Cancel(IEnumerable<WorkflowStep> steps)
    {
        foreach (var step in steps.SelectMany(s => s.WithInner()).Where(s => _steps.TryGetValue(s.Name, out var record) && !record.IsFinal))
            End(step, StepState.Cancelled);
    }

    /// <summary>Takes the records that are not written yet; the caller writes them.</summary>
    public IReadOnlyList<StepRecord> Take()
    {
        var taken = _unwritten;
        _unwritten = [];
        return taken;
    }

    /// <summary>Has what is not written yet written.</summary>
    public void Write()
    {
        if (_unwritten.Count > 0)
            _writes.Add(
                _context.CallActivityAsync(
                    nameof(RecordSteps), new RecordSteps.Change(_context.InstanceId, Take()), TaskCalls.Infrastructure));
    }

    /// <summary>Ends when everything that was handed over for writing is written.</summary>
    public Task WaitUntilWrittenAsync() => Task.WhenAll(_writes);

    private void Note(StepRecord step)
    {
        _steps[step.Name] = step;
        _unwritten.Add(step);
        if (step.IsFinal) _ended++;
        _context.SetCustomStatus(new RunProgress(_ended, _total, step.Name, step.Status.ToString().ToLowerInvariant()));
    }
}
