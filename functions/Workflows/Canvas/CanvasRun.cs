using System.Globalization;
using System.Text.Json;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;
using Serverless.Orchestrations;
using Serverless.Workflows.Run;
using Serverless.Workflows.Values;

namespace Serverless.Workflows.Canvas;

/// <summary>Runs a canvas, whatever its tree.</summary>
internal static class CanvasRun
{
    /// <summary>Runs it.</summary>
    /// <exception cref="WorkflowFailedException">It failed, was cancelled, or its time was up.</exception>
    [Function(nameof(CanvasRun))]
    public static async Task<CanvasOutput> RunAsync([OrchestrationTrigger] TaskOrchestrationContext context)
    {
        var input = OrchestrationInput.Read<CanvasInput>(context);
        var started = context.CurrentUtcDateTime;
        var tree = await LoadAsync(context, input.Tree, "", 0, int.MaxValue);

        var stop = new StopSignal();
        using var inTime = new CancellationTokenSource();
        var timeUp = context.CreateTimer(started.AddSeconds(input.TimeoutSeconds), inTime.Token);
        var cancel = context.WaitForExternalEvent<string>(WorkflowRun.CancelEvent);
        var interpreter = new CanvasInterpreter(context, context.InstanceId, input.Tree, input.Nodes);
        var work = interpreter.RunAsync(tree, null, "", stop);
        await Task.WhenAny(work, timeUp, cancel);

        var reason = work.IsCompleted ? null
            : cancel.IsCompleted ? $"The canvas was cancelled. {await cancel}".Trim()
            : string.Create(CultureInfo.InvariantCulture, $"The time is up: the canvas may take {input.TimeoutSeconds} s.");
        await interpreter.EndAsync(stop, reason);
        if (!timeUp.IsCompleted) Cancel(inTime);
        if (reason is not null) throw new WorkflowFailedException(reason);
        try
        {
            var value = await work;
            return new CanvasOutput(value.Json, value.Blob is { } blob ? $"{RunBlobs.Container}/{blob}" : null);
        }
        catch (StepFailedException e)
        {
            throw new WorkflowFailedException(e.Message);
        }
    }

    /// <summary>Runs members of a large group, so that its history is not one orchestration's alone.</summary>
    /// <exception cref="StepFailedException">More of them failed than is borne.</exception>
    [Function(nameof(CanvasSlice))]
    public static async Task<SliceOutcome> CanvasSlice([OrchestrationTrigger] TaskOrchestrationContext context)
    {
        var input = OrchestrationInput.Read<SliceInput>(context);
        var members = ((GroupNode)await LoadAsync(context, input.Tree, input.Path, input.From, input.To)).Members;
        var stop = new StopSignal();
        var cancel = context.WaitForExternalEvent<string>(WorkflowRun.CancelEvent);
        var interpreter = new CanvasInterpreter(context, input.RunId, input.Tree, members.Count);
        var work = input.IsChain ? interpreter.RunStepsAsync(members, input, stop) : interpreter.RunSliceAsync(members, input, stop);
        await Task.WhenAny(work, cancel);
        await interpreter.EndAsync(stop, work.IsCompleted ? null : "The slice was cancelled.");
        return work.IsCompleted ? await work : throw new WorkflowFailedException("The slice was cancelled.");
    }

    private static async Task<CanvasNode> LoadAsync(TaskOrchestrationContext context, StoredValue tree, string path, int from, int to)
    {
        var json = tree.Blob is null && path.Length == 0 && from == 0
            ? tree.Json!.Value
            : await context.CallActivityAsync<JsonElement>(
                nameof(LoadCanvas), new LoadCanvas.Part(tree, path, from, to), TaskCalls.Infrastructure);
        return CanvasJson.Read(json);
    }

    private static void Cancel(CancellationTokenSource source)
    {
#pragma warning disable CA1849 // Synchronously: it must not leave the orchestrator's thread.
        source.Cancel();
#pragma warning restore CA1849
    }
}
