using System.Globalization;
using System.Text.Json;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;
using Serverless.Orchestrations;
using Serverless.Workflows.Run;

namespace Serverless.Workflows.Items;

/// <summary>
/// Runs a task for each item: count the items, run them in chunks, a window of them at a time, make the results visible. An activity or a
/// message is for a whole chunk, results go to blobs, and the history starts anew every so many chunks: a million items take as much of
/// both as a thousand.
/// </summary>
internal static class ItemMap
{
    private const int ChunksPerGeneration = 200;
    private const int MaxConcurrent = 100;

    /// <summary>Runs the map, or its next generation.</summary>
    [Function(nameof(ItemMap))]
    public static async Task<MapResult?> RunAsync([OrchestrationTrigger] TaskOrchestrationContext context)
    {
        var state = OrchestrationInput.Read<ItemMapState>(context);
        var plan = state.Plan ?? await context.CallActivityAsync<ItemPlan>(nameof(PlanItems), state.Map, TaskCalls.Infrastructure);
        state = await ProcessAsync(context, state with { Plan = plan });
        if (state.Next == plan.Chunks)
            return await context.CallActivityAsync<MapResult>(nameof(CommitItems), state, TaskCalls.Infrastructure);

        context.ContinueAsNew(state);
        return null;
    }

    private static async Task<ItemMapState> ProcessAsync(TaskOrchestrationContext context, ItemMapState state)
    {
        var (map, plan) = (state.Map, state.Plan!);
        var stop = new StopSignal();
        var calls = new TaskCalls(context, map.RunId);
        var cancel = context.WaitForExternalEvent<string>(WorkflowRun.CancelEvent);
        var edit = context.WaitForExternalEvent<int>(WorkflowRun.MaxConcurrencyEvent);
        var last = Math.Min(plan.Chunks, state.Next + ChunksPerGeneration);
        var inFlight = new List<Task<TaskAnswer>>();
        Report(context, state);
        StartNext();
        while (inFlight.Count > 0)
        {
            await Task.WhenAny([.. inFlight, cancel, edit]);
            if (cancel.IsCompleted) throw await StopAsync(context, calls, stop, map, new StepError("Cancelled", "The map was cancelled."));
            if (edit.IsCompleted)
            {
                state = state with { MaxConcurrency = Math.Clamp(await edit, 1, MaxConcurrent) };
                edit = context.WaitForExternalEvent<int>(WorkflowRun.MaxConcurrencyEvent);
            }

            foreach (var ended in inFlight.Where(t => t.IsCompleted).ToList())
            {
                inFlight.Remove(ended);
                var (next, error) = TakeIn(state, await ended);
                state = next;
                if (error is not null) throw await StopAsync(context, calls, stop, map, error);
            }

            Report(context, state);
            StartNext();
        }

        calls.Close();
        return state;

        void StartNext()
        {
            var window = state.MaxConcurrency ?? map.MaxConcurrency;
            while (inFlight.Count < window && state.Next < last)
            {
                inFlight.Add(calls.RunAsync(Order(context, map, state.Next), stop));
                state = state with { Next = state.Next + 1 };
            }
        }
    }

    private static TaskRequest Order(TaskOrchestrationContext context, ItemMapInput map, int chunk)
    {
        // By its parent's id, which is the run's or one of its canvas: the same in every generation.
        var place = string.Create(CultureInfo.InvariantCulture, $"{map.Place}#{chunk}");
        return new TaskRequest(
            WorkId.OfTask(context.InstanceId, place), ChunkTask.Name, JsonSerializer.SerializeToElement(
                new ChunkTask.Args(map.RunId, map.Place, chunk), WorkflowJson.Options))
        {
            Via = map.Via,
            Queue = map.Queue,
            RouteAs = map.Task,
        };
    }

    // A chunk that failed as a whole (its host died again and again, its blob is gone) is a failure of the map: what ran of it is not
    // known.
    private static (ItemMapState State, StepError? Error) TakeIn(ItemMapState state, TaskAnswer answer)
    {
        if (answer.Error is { } whole) return (state, whole);
        var outcome = answer.Value!.Json!.Value.Deserialize<ChunkOutcome>(WorkflowJson.Options)!;
        state = state with { Succeeded = state.Succeeded + outcome.Succeeded, Failed = state.Failed + outcome.Failed };
        var tolerated = state.Map.Tolerate?.Of(state.Plan!.Items) ?? 0;
        return (state, state.Failed > tolerated ? outcome.FirstError : null);
    }

    private static async Task<StepFailedException> StopAsync(
        TaskOrchestrationContext context, TaskCalls calls, StopSignal stop, ItemMapInput map, StepError error)
    {
        stop.Stop(error.Message);
        var tasks = calls.Abandon(stop);
        calls.Close();
        if (tasks.Any)
            await context.CallActivityAsync(
                nameof(CancelPendingWork), new CancelPendingWork.Orders(map.RunId, tasks, []), TaskCalls.Infrastructure);
        return new StepFailedException(error);
    }

    private static void Report(TaskOrchestrationContext context, ItemMapState state) => context.SetCustomStatus(new MapProgress(
        state.Succeeded + state.Failed, state.Plan!.Items, $"Running {state.Map.Task}", state.Failed, state.MaxConcurrency
            ?? state.Map.MaxConcurrency));
}
