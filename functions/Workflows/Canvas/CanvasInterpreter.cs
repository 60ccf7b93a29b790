using System.Globalization;
using System.Text.Json;
using Microsoft.DurableTask;
using Serverless.Workflows.Items;
using Serverless.Workflows.References;
using Serverless.Workflows.Run;
using Serverless.Workflows.Values;

namespace Serverless.Workflows.Canvas;

/// <summary>
/// Interprets a canvas inside an orchestrator: one method a node type. What it does depends on its inputs and its history only.
/// </summary>
internal sealed class CanvasInterpreter(TaskOrchestrationContext context, string runId, StoredValue tree, int total)
{
    /// <summary>Members of a group that one orchestration runs itself; more are shared out among orchestrations of so many.</summary>
    public const int SliceSize = 250;

    private readonly TaskCalls _calls = new(context, runId);
    private readonly ChildCalls _children = new(context);
    private readonly Callbacks _callbacks = new(context);
    private readonly MemberOutcomes _outcomes = new(context, runId);
    private int _ended;
    private bool _forwards;

    /// <summary>Runs a node.</summary>
    /// <param name="node">The node.</param>
    /// <param name="previous">What the node before gave; null when there is none.</param>
    /// <param name="path">The node's path.</param>
    /// <param name="stop">What stops it.</param>
    /// <exception cref="StepFailedException">It failed for good.</exception>
    public async Task<StoredValue> RunAsync(CanvasNode node, StoredValue? previous, string path, StopSignal stop)
    {
        stop.ThrowIfStopped();
        return await EndAsync(node, path, node switch
        {
            TaskNode task => FinishTaskAsync(_calls.RunAsync(Order(task, previous, path), stop)),
            ChainNode chain => RunChainAsync(chain, previous, path, stop),
            GroupNode group => RunGroupAsync(group.Members, null, previous, path, stop),
            ChordNode chord => RunChordAsync(chord, previous, path, stop),
            ItemsNode items => RunItemsAsync(items, previous, path, stop),
            _ => throw new InvalidOperationException($"There is no node type {node.GetType().Name}."),
        });
    }

    /// <summary>Runs members of a group.</summary>
    /// <exception cref="StepFailedException">More of them failed than is borne.</exception>
    public async Task<SliceOutcome> RunSliceAsync(IReadOnlyList<CanvasNode> members, SliceInput slice, StopSignal stop)
    {
        var settled = await RunMembersAsync(members, slice.Previous, slice.Path, slice.From, slice.Tolerated, stop);
        var parts = await _outcomes.StoreAsync(settled, $"{Name(slice.Path)}-{slice.From}");
        var outcomes = parts.Count == 1
            ? parts[0] : await _outcomes.JoinAsync(parts, $"{Name(slice.Path)}-{slice.From}", ListShape.Outcomes);
        return new SliceOutcome(
            outcomes, settled.Count(s => s.Error is not null), settled.Select(s => s.Error).FirstOrDefault(e => e is not null));
    }

    /// <summary>Runs steps of a chain.</summary>
    /// <exception cref="StepFailedException">One of them failed.</exception>
    public async Task<SliceOutcome> RunStepsAsync(IReadOnlyList<CanvasNode> steps, SliceInput slice, StopSignal stop) =>
        new(await RunStepsAsync(steps, slice.Previous, slice.Path, slice.From, stop), 0, null);

    /// <summary>Stops what is still at work, and waits for callbacks.</summary>
    /// <param name="stop">What is stopped.</param>
    /// <param name="reason">Null when the work has come to its end.</param>
    public async Task EndAsync(StopSignal stop, string? reason)
    {
        stop.Stop(reason ?? "The canvas has ended.");
        await StopWorkAsync(stop);
        await _callbacks.EndAsync(reason);
        _calls.Close();
    }

    private async Task<StoredValue> EndAsync(CanvasNode node, string path, Task<StoredValue> work)
    {
        try
        {
            var value = await work;
            Report(node);
            if (node.OnSuccess is TaskNode callback) CallBack(callback, value, $"{path}:success");
            return value;
        }
        catch (Exception e) when (e is StepFailedException or TaskFailedException)
        {
            var error = e is StepFailedException failed ? failed.Error : StepError.From(((TaskFailedException)e).FailureDetails);
            error =
                error with
                {
                    Step = error.Step
                    ?? (node is TaskNode task
                        ? task.Task : node.GetType().Name.Replace("Node", "", StringComparison.Ordinal).ToLowerInvariant())
                };
            if (node.OnError is TaskNode callback) CallBack(callback, StoredValue.Of(error), $"{path}:error");
            throw new StepFailedException(error);
        }
    }

    private static async Task<StoredValue> FinishTaskAsync(Task<TaskAnswer> answer) =>
        await answer is { Error: { } error } ? throw new StepFailedException(error) : (await answer).Value ?? StoredValue.Null;

    private void CallBack(TaskNode callback, StoredValue value, string place) =>
        _callbacks.Add(_calls.RunAsync(Order(callback, value, place), _callbacks.Stop), place);

    private async Task<StoredValue> RunChainAsync(ChainNode chain, StoredValue? previous, string path, StopSignal stop)
    {
        if (chain.Steps.Count <= SliceSize) return await RunStepsAsync(chain.Steps, previous, path, 0, stop);
        for (var from = 0; from < chain.Steps.Count; from += SliceSize)
        {
            var slice = new SliceInput(
                runId, tree, path, from, Math.Min(chain.Steps.Count, from + SliceSize), previous, 0)
            { IsChain = true };
            previous = (await RunSliceAsync(slice, stop)).Outcomes;
        }

        return previous!;
    }

    private async Task<StoredValue> RunStepsAsync(
        IReadOnlyList<CanvasNode> steps, StoredValue? previous, string path, int first, StopSignal stop)
    {
        for (var i = 0; i < steps.Count; i++) previous = await RunAsync(steps[i], previous, Inner(path, first + i), stop);
        return previous!;
    }

    private async Task<StoredValue> RunChordAsync(ChordNode chord, StoredValue? previous, string path, StopSignal stop)
    {
        var results = await RunGroupAsync(chord.Header, chord.Tolerate, previous, path, stop);
        return await RunAsync(chord.Body, results, Inner(path, chord.Header.Count), stop);
    }

    private async Task<StoredValue> RunGroupAsync(
        IReadOnlyList<CanvasNode> members, Tolerance? tolerate, StoredValue? previous, string path, StopSignal stop)
    {
        var inner = stop.CreateInner();
        var tolerated = tolerate?.Of(members.Count) ?? 0;
        try
        {
            var parts = members.Count <= SliceSize
                ? await _outcomes.StoreAsync(await RunMembersAsync(members, previous, path, 0, tolerated, inner), Name(path))
                : await RunSlicesAsync(members.Count, previous, path, tolerated, inner);
            return await _outcomes.JoinAsync(parts, Name(path), tolerate is null ? ListShape.Results : ListShape.Apart);
        }
        catch (StepFailedException e)
        {
            inner.Stop(e.Message);
            await StopWorkAsync(inner);
            throw;
        }
    }

    private async Task<IReadOnlyList<Settled<StoredValue>>> RunMembersAsync(
        IReadOnlyList<CanvasNode> members, StoredValue? previous, string path, int first, long tolerated, StopSignal stop)
    {
        // Single tasks are sent together; the rest goes its own ways.
        var single = members.Select((m, i) => (Member: m, Index: i)).Where(m => m.Member is TaskNode).ToList();
        var answers = _calls.Run([.. single.Select(s => Order((TaskNode)s.Member, previous, Inner(path, first + s.Index)))], stop);
        var work = new Task<StoredValue>[members.Count];
        for (var i = 0; i < single.Count; i++)
            work[single[i].Index] = EndAsync(single[i].Member, Inner(path, first + single[i].Index), FinishTaskAsync(answers[i]));
        for (var i = 0; i < members.Count; i++) work[i] ??= RunAsync(members[i], previous, Inner(path, first + i), stop);
        return await Gather.WaitAllAsync(work, tolerated, stop);
    }

    private async Task<IReadOnlyList<StoredValue>> RunSlicesAsync(
        int members, StoredValue? previous, string path, long tolerated, StopSignal stop)
    {
        var slices = Enumerable.Range(0, (members + SliceSize - 1) / SliceSize)
            .Select(
                s => RunSliceAsync(
                    new SliceInput(runId, tree, path, s * SliceSize, Math.Min(members, (s + 1) * SliceSize), previous, tolerated), stop))
                        .ToList();
        var outcomes = (await Gather.WaitAllAsync(slices, 0, stop)).Select(s => s.Value!).ToList();
        if (outcomes.Sum(o => o.Failed) > tolerated)
            throw new StepFailedException(outcomes.First(o => o.FirstError is not null).FirstError!);
        return [.. outcomes.Select(o => o.Outcomes)];
    }

    private async Task<SliceOutcome> RunSliceAsync(SliceInput slice, StopSignal stop)
    {
        try
        {
            var id = WorkId.OfChild(context.InstanceId, string.Create(CultureInfo.InvariantCulture, $"{slice.Path}/{slice.From}"));
            var outcome = await _children.RunAsync<SliceOutcome>(nameof(CanvasRun.CanvasSlice), id, slice, stop);
            _ended += slice.To - slice.From;
            return outcome;
        }
        catch (TaskFailedException e)
        {
            throw new StepFailedException(StepError.From(e.FailureDetails));
        }
    }

    private async Task<StoredValue> RunItemsAsync(ItemsNode node, StoredValue? previous, string path, StopSignal stop)
    {
        if (!_forwards) _ = _children.ForwardAsync();
        _forwards = true;
        var map = new ItemMapInput(
            runId, $"map{Name(path)}", node.Task, node.Items is { } items
                ? Template.Quote(items) : JsonSerializer.SerializeToElement("$.input"), node.Args is { } args ? Template.Quote(args) : null)
        {
            Values = node.Items is null ? new Dictionary<string, StoredValue> { ["input"] = previous ?? StoredValue.Null } : null,
            Shape = node switch { StarMapNode => ItemShape.Spread, ChunksNode => ItemShape.Chunk, _ => ItemShape.Item },
            ChunkSize = node.ChunkSize ?? ItemMapInput.DefaultChunkSize,
            MaxConcurrency = node.MaxConcurrency ?? ItemMapInput.DefaultMaxConcurrency,
            Tolerate = node.Tolerate,
            Via = node.Via,
            Queue = node.Queue,
            Retry = node.Retry,
        };
        return StoredValue.Of(
            await _children.RunAsync<MapResult>(
                nameof(ItemMap), WorkId.OfChild(context.InstanceId, path), new ItemMapState(map), stop, isMap: true));
    }

    private TaskRequest Order(TaskNode node, StoredValue? previous, string path) =>
        new(WorkId.OfTask(context.InstanceId, path), node.Task, node.Args is { } args ? Template.Quote(args) : null)
        {
            First = node.Immutable ? null : previous,
            Via = node.Via,
            Queue = node.Queue,
            Retry = node.Retry,
        };

    private async Task StopWorkAsync(StopSignal stopped)
    {
        var tasks = _calls.Abandon(stopped);
        _children.Abandon(stopped, undo: false);
        if (tasks.Any)
            await context.CallActivityAsync(
                nameof(CancelPendingWork), new CancelPendingWork.Orders(runId, tasks, []), TaskCalls.Infrastructure);
    }

    private void Report(CanvasNode node)
    {
        _ended++;
        context.SetCustomStatus(new CanvasProgress(_ended, total, node is TaskNode task ? $"{task.Task} ended" : "A group of nodes ended"));
    }

    private static string Inner(string path, int index) => string.Create(CultureInfo.InvariantCulture, $"{path}.{index}");

    private static string Name(string path) => path.Length == 0 ? "root" : "node" + path.Replace('.', '-');
}
