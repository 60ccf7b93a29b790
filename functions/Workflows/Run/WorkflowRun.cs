using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;
using Serverless.Orchestrations;
using Serverless.Workflows.Store;
using Serverless.Workflows.Values;

namespace Serverless.Workflows.Run;

/// <summary>
/// Runs any definition: begin, interpret, and record how it ended, whether by its last step, a failure, its deadline or a cancellation.
/// </summary>
internal static class WorkflowRun
{
    /// <summary>The event that cancels a run: a <see cref="Cancellation"/>.</summary>
    public const string CancelEvent = "cancel";

    /// <summary>The event that changes how many chunks of the maps at work are in flight.</summary>
    public const string MaxConcurrencyEvent = "maxConcurrency";

    /// <summary>Runs it.</summary>
    /// <exception cref="WorkflowFailedException">It failed or was cancelled.</exception>
    [Function(nameof(WorkflowRun))]
    public static async Task<WorkflowOutput> RunAsync([OrchestrationTrigger] TaskOrchestrationContext context)
    {
        var input = OrchestrationInput.Read<WorkflowRunInput>(context);
        var started = context.CurrentUtcDateTime;
        var plan = await context.CallActivityAsync<RunPlan>(
            nameof(BeginRun), new BeginRun.Request(context.InstanceId, input, started), TaskCalls.Infrastructure);
        var definition = WorkflowJson.Read(plan.Definition);
        var deadline = Earlier(started.AddSeconds(definition.TimeoutSeconds), input.Deadline);

        var stop = new StopSignal();
        using var inTime = new CancellationTokenSource();
        var timeUp = context.CreateTimer(deadline, inTime.Token);
        var cancel = context.WaitForExternalEvent<Cancellation>(CancelEvent);
        var interpreter = new WorkflowInterpreter(context, definition, input, plan, deadline);
        var work = interpreter.RunAsync(stop);
        await Task.WhenAny(work, timeUp, cancel);

        var end = await EndAsync(work, cancel, definition, interpreter);
        var outOfTime = end.State == RunState.Failed && !work.IsCompleted;
        stop.Stop(end.Error?.Message ?? "The run has ended.");
        await interpreter.StopAsync(stop, outOfTime, end.Undoes);
        if (!timeUp.IsCompleted) Cancel(inTime);
        var error = end.Undoes ? await interpreter.UndoAsync(end.Error!) : end.Error;
        await context.CallActivityAsync(
            nameof(FinishRun), new FinishRun.Ending(
                context.InstanceId, end.State, end.Output, error, interpreter.TakeUnwritten()), TaskCalls.Infrastructure);
        return error is not null
            ? throw new WorkflowFailedException(error.Step is null ? error.Message : $"Step '{error.Step}': {error.Message}")
                : new WorkflowOutput(end.Output!);
    }

    private static async Task<End> EndAsync(
        Task<StoredValue> work, Task<Cancellation> cancel, WorkflowDefinition definition, WorkflowInterpreter interpreter)
    {
        if (work.IsCompleted)
        {
            try
            {
                return new End(RunState.Completed, await work, null, Undoes: false);
            }
            catch (StepFailedException e)
            {
                return new End(RunState.Failed, null, e.Error, Undoes: true);
            }
        }

        if (cancel.IsCompleted)
        {
            var wish = await cancel;
            var reason = wish.Reason.Length > 0 ? $"Cancelled: {wish.Reason}" : "Cancelled.";
            return new End(RunState.Cancelled, null, new StepError("Cancelled", reason), wish.Undo ?? definition.UndoOnCancel);
        }

        var late = new StepError(
            nameof(TimeoutException), $"The time is up: the workflow may take {definition.TimeoutSeconds} s.", interpreter.RunningStep);
        return new End(RunState.Failed, null, late, Undoes: true);
    }

    private static DateTime Earlier(DateTime own, DateTime? parents) => parents is { } given && given < own ? given : own;

    private static void Cancel(CancellationTokenSource source)
    {
#pragma warning disable CA1849 // Synchronously: it must not leave the orchestrator's thread.
        source.Cancel();
#pragma warning restore CA1849
    }

    private sealed record End(RunState State, StoredValue? Output, StepError? Error, bool Undoes);
}
