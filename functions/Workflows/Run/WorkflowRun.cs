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
    /// <summary>The event that cancels a run, with the reason.</summary>
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
        var cancel = context.WaitForExternalEvent<string>(CancelEvent);
        var interpreter = new WorkflowInterpreter(context, definition, input, plan, deadline);
        var work = interpreter.RunAsync(stop);
        await Task.WhenAny(work, timeUp, cancel);

        var end = await EndAsync(work, cancel, definition, interpreter);
        var outOfTime = end.State == RunState.Failed && !work.IsCompleted;
        stop.Stop(end.Error?.Message ?? "The run has ended.");
        await interpreter.StopAsync(stop, outOfTime);
        if (!timeUp.IsCompleted) Cancel(inTime);
        if (end.State == RunState.Failed) end.Error = await interpreter.UndoAsync(end.Error!);
        await context.CallActivityAsync(
            nameof(FinishRun), new FinishRun.Ending(
                context.InstanceId, end.State, end.Output, end.Error, interpreter.TakeUnwritten()), TaskCalls.Infrastructure);
        return end.Error is { } error
            ? throw new WorkflowFailedException(error.Step is null ? error.Message : $"Step '{error.Step}': {error.Message}")
                : new WorkflowOutput(end.Output!);
    }

    private static async Task<(RunState State, StoredValue? Output, StepError? Error)> EndAsync(
        Task<StoredValue> work, Task<string> cancel, WorkflowDefinition definition, WorkflowInterpreter interpreter)
    {
        if (work.IsCompleted)
        {
            try
            {
                return (RunState.Completed, await work, null);
            }
            catch (StepFailedException e)
            {
                return (RunState.Failed, null, e.Error);
            }
        }

        if (cancel.IsCompleted)
            return (RunState.Cancelled, null, new StepError(
                "Cancelled", await cancel is { Length: > 0 } reason ? $"Cancelled: {reason}" : "Cancelled."));
        return (RunState.Failed, null, new StepError(
            nameof(TimeoutException), $"The time is up: the workflow may take {definition.TimeoutSeconds} s.", interpreter.RunningStep));
    }

    private static DateTime Earlier(DateTime own, DateTime? parents) => parents is { } given && given < own ? given : own;

    private static void Cancel(CancellationTokenSource source)
    {
#pragma warning disable CA1849 // Synchronously: it must not leave the orchestrator's thread.
        source.Cancel();
#pragma warning restore CA1849
    }
}
