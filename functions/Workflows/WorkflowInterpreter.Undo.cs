using System.Globalization;
using Microsoft.DurableTask;
using Serverless.Tasks;
using Serverless.Workflows.Run;

namespace Serverless.Workflows;

/// <summary>Undoes what a run has done that fails, or is cancelled so: one step after the other, the one that ended last first.</summary>
internal sealed partial class WorkflowInterpreter
{
    // What was taken over from another run is that one's.
    private readonly List<WorkflowStep> _undoable = [];

    /// <summary>Undoes what can be undone. What cannot is passed over, so that it keeps nothing else from being undone.</summary>
    /// <param name="failure">Why the run ends.</param>
    /// <returns>The same, and how many steps could not be undone.</returns>
    public async Task<StepError> UndoAsync(StepError failure)
    {
        if (_undoable.Count == 0 && !_children.AnyUndoing) return failure;
        await _journal.BeginUndoAsync();
        await _children.WaitUntilUndoneAsync();
        var left = 0;
        foreach (var step in Enumerable.Reverse(_undoable).ToList())
        {
            var id = WorkId.OfTask(_context.InstanceId, $"{step.Name}/undo");
            var error = await UndoAsync(step.Undo!, id);
            if (error is not null) left++;
            _journal.Undo(step, id, error);
            _journal.Write();
        }

        await _journal.WaitUntilWrittenAsync();
        if (left == 0) return failure;
        var steps = left == 1 ? "1 step" : string.Create(CultureInfo.InvariantCulture, $"{left} steps");
        return failure with { Message = $"{failure.Message} ({steps} could not be undone.)" };
    }

    private async Task<StepError?> UndoAsync(StepUndo undo, string id)
    {
        var order = new TaskRequest(id, undo.Task, undo.Args)
        {
            Values = Needed(undo.Args),
            Via = undo.Via,
            Queue = undo.Queue,
            Retry = undo.Retry,
        };
        try
        {
            return (await _calls.RunAsync(order, new StopSignal())).Error;
        }
        catch (Exception e) when (e is TaskFailedException or TaskValidationException)
        {
            return e is TaskFailedException failed ? StepError.From(failed.FailureDetails) : StepError.From(e);
        }
    }
}
