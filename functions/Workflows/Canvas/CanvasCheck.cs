using System.Globalization;
using System.Text.Json;
using Serverless.Http;
using Serverless.Tasks;

namespace Serverless.Workflows.Canvas;

/// <summary>Checks what a canvas means, all of it at once.</summary>
internal sealed class CanvasCheck(TaskRegistry tasks, TaskRouter router, ValidationErrors faults)
{
    private const int MaxNodes = 10_000;
    private const int MaxDepth = 20;
    private const int MaxChunkSize = 10_000;
    private const int MaxChunks = 100;

    private int _nodes;

    /// <summary>Notes every fault of a node and what is inside.</summary>
    /// <returns>How many nodes there are.</returns>
    public int Check(CanvasNode root)
    {
        CheckNode(root, "canvas", 1);
        if (_nodes > MaxNodes)
            faults.Add("canvas", $"There are {_nodes} nodes; at most {MaxNodes} are allowed. Use a map for many items.");
        return _nodes;
    }

    // A list may hold null, whatever its type says.
    private void CheckNode(CanvasNode? node, string place, int depth)
    {
        _nodes++;
        if (node is null)
        {
            faults.Add(place, "Must be a node.");
            return;
        }

        if (depth > MaxDepth)
        {
            faults.Add(place, $"Nodes stand inside nodes more than {MaxDepth} deep.");
            return;
        }

        if (node is TaskNode task) CheckTask(task.Task, task.Args, task.Queue, task.Via, task.Retry, place);
        if (node is ItemsNode items) CheckItems(items, place);
        if (node is ChainNode { Steps.Count: 0 }) faults.Add(place, "Must hold at least one node: a chain of none has no result to give.");
        for (var i = 0; i < node.Inner.Count; i++) CheckNode(node.Inner[i], $"{place}.{NameOf(node, i)}", depth + 1);
        CheckCallback(node.OnSuccess, $"{place}.onSuccess", depth + 1);
        CheckCallback(node.OnError, $"{place}.onError", depth + 1);
    }

    private void CheckCallback(CanvasNode? node, string place, int depth)
    {
        if (node is TaskNode) CheckNode(node, place, depth);
        else if (node is not null) faults.Add(place, "Must be a task.");
    }

    private void CheckItems(ItemsNode node, string place)
    {
        CheckTask(node.Task, node.Args, node.Queue, node.Via, node.Retry, place);
        if (node.Items is { } items && ItemSource.FindFault(items, allowReference: false) is { } fault) faults.Add($"{place}.items", fault);
        CheckRange($"{place}.chunkSize", node.ChunkSize, MaxChunkSize);
        CheckRange($"{place}.maxConcurrency", node.MaxConcurrency, MaxChunks);
    }

    private void CheckTask(string name, JsonElement? args, string? queue, TaskVia via, WorkflowRetry? retry, string place)
    {
        if (!tasks.TryFind(name, out var definition))
            faults.Add($"{place}.task", $"There is no task '{name}'. There are: {string.Join(", ", tasks.All.Select(t => t.Name))}.");
        else if (args is { } given) CheckNames(definition, given, $"{place}.args");
        if (queue is not null && !router.TryFindQueue(queue, out _)) faults.Add($"{place}.queue", $"There is no queue '{queue}'.");
        if (queue is not null && via == TaskVia.Activity)
            faults.Add($"{place}.queue", "A task that runs as an activity is in no queue; leave out queue or via.");
        if (retry is { MaxRetries: < 0 or > 100 }) faults.Add($"{place}.retry.maxRetries", "Must be a whole number from 0 to 100.");
        if (retry is { DelaySeconds: < 0 or > 86_400 })
            faults.Add($"{place}.retry.delaySeconds", "Must be a whole number from 0 to 86400.");
        if (retry is { Backoff: < 1 or > 10 }) faults.Add($"{place}.retry.backoff", "Must be a number from 1 to 10.");
    }

    private void CheckNames(TaskDefinition definition, JsonElement args, string place)
    {
        if (definition.ArgumentNames is not { } known) return;
        if (args.ValueKind != JsonValueKind.Object)
        {
            faults.Add(place, "Must be an object.");
            return;
        }

        foreach (var argument in args.EnumerateObject().Where(a => !known.Contains(a.Name, StringComparer.OrdinalIgnoreCase)))
            faults.Add(
                $"{place}.{argument.Name}", $"The task '{definition.Name}' has no such argument. It has: {string.Join(", ", known)}.");
    }

    private void CheckRange(string place, int? value, int max)
    {
        if (value is { } given && (given < 1 || given > max))
            faults.Add(place, string.Create(CultureInfo.InvariantCulture, $"Must be a whole number from 1 to {max}."));
    }

    private static string NameOf(CanvasNode node, int i) => node switch
    {
        ChainNode => $"steps[{i}]",
        GroupNode => $"members[{i}]",
        ChordNode chord when i < chord.Header.Count => $"header[{i}]",
        _ => "body",
    };
}
