using Microsoft.DurableTask;

namespace Serverless.Workflows.Run;

/// <summary>
/// Runs sub-orchestrations from inside an orchestrator, so that they can be stopped: its own kinds by an event, others by an activity.
/// </summary>
internal sealed class ChildCalls(TaskOrchestrationContext context)
{
    // Each is an event in the history, which is read anew with every step.
    private const int MaxChanges = 10_000;

    private const string Stopped = "What it belongs to was stopped.";

    private readonly SortedDictionary<string, Open> _open = new(StringComparer.Ordinal);
    private readonly List<Task> _undoing = [];

    /// <summary>True when child workflows were told to undo what they have done.</summary>
    public bool AnyUndoing => _undoing.Count > 0;

    /// <summary>Runs one.</summary>
    /// <param name="function">The orchestrator.</param>
    /// <param name="id">The instance's id.</param>
    /// <param name="input">Its input.</param>
    /// <param name="stop">What stops it.</param>
    /// <param name="isMap">It listens to changes of its concurrency.</param>
    /// <param name="isRun">It is a workflow run, which may undo what it has done.</param>
    /// <param name="orchestration">The registered name of one that does not know the cancel event.</param>
    /// <exception cref="TaskFailedException">It failed.</exception>
    public async Task<T> RunAsync<T>(
        string function, string id, object? input, StopSignal stop, bool isMap = false, bool isRun = false, string? orchestration = null)
    {
        stop.ThrowIfStopped();
        var work = context.CallSubOrchestratorAsync<T>(function, input, new SubOrchestrationOptions(instanceId: id));
        _open.Add(id, new Open(work, stop, isMap, isRun, orchestration));
        try
        {
            return await stop.WaitOrStopAsync(work);
        }
        finally
        {
            if (!stop.Stopped.IsCompleted) _open.Remove(id);
        }
    }

    /// <summary>Passes changes of the concurrency on to those at work, for as long as the orchestrator runs, and at most 10,000.</summary>
    public async Task ForwardAsync()
    {
        for (var changes = 0; changes < MaxChanges; changes++)
        {
            var value = await context.WaitForExternalEvent<int>(WorkflowRun.MaxConcurrencyEvent);
            foreach (var (id, open) in _open.Where(o => o.Value.ListensToConcurrency))
                context.SendEvent(id, WorkflowRun.MaxConcurrencyEvent, value);
        }
    }

    /// <summary>Waits until child workflows have undone what they were told to undo: it was done after what is undone next.</summary>
    public async Task WaitUntilUndoneAsync()
    {
        // They end as cancelled, or as they had ended by then.
        if (AnyUndoing) await Task.WhenAny(Task.WhenAll(_undoing));
    }

    /// <summary>Cancels those that were stopped, as far as an event does.</summary>
    /// <param name="stopped">What was stopped.</param>
    /// <param name="undo">Runs undo what they have done, or keep it: their definitions are not asked.</param>
    /// <returns>The others: id and registered name.</returns>
    public IReadOnlyList<StoppedOrchestration> Abandon(StopSignal stopped, bool undo)
    {
        var open = _open.Where(o => o.Value.Stop.IsWithin(stopped)).ToList();
        foreach (var (id, child) in open)
        {
            _open.Remove(id);
            if (child.Orchestration is null)
                context.SendEvent(id, WorkflowRun.CancelEvent, new Cancellation(Stopped, child.IsRun ? undo : null));
            if (child.IsRun && undo) _undoing.Add(child.Work);
        }

        return [.. open.Where(o => o.Value.Orchestration is not null).Select(o => new StoppedOrchestration(o.Key, o.Value.Orchestration!))];
    }

    private sealed record Open(Task Work, StopSignal Stop, bool ListensToConcurrency, bool IsRun, string? Orchestration);
}

/// <summary>An instance that has to be stopped by a client.</summary>
internal sealed record StoppedOrchestration(string InstanceId, string Orchestration);
