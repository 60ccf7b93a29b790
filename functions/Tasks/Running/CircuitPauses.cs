using Azure;
using Microsoft.Extensions.Logging;
using Serverless.Messaging;
using Serverless.Resilience;
using Serverless.Tasks.Store;

namespace Serverless.Tasks.Running;

/// <summary>
/// Pauses a task, or its queue, when a circuit breaker opens under its runs, where its handler asks for that, and ends the pause once a run
/// gets through. All of it is in the pause's row: whichever instance paused it, any other lets the next run through.
/// </summary>
internal sealed class CircuitPauses(
    TaskPauses pauses, PausedQueues lanes, QueueCatalog queues, TimeProvider time, ILogger<CircuitPauses> logger)
{
    // A run that failed for its connection says nothing of when to try again.
    private static readonly TimeSpan Break = TimeSpan.FromSeconds(60);

    /// <summary>Looks whether a run is held back; the one that is let through keeps its queue stopped for the others.</summary>
    public async ValueTask<PauseEntry> EnterAsync(TaskDefinition definition, TaskRun run, CancellationToken cancellationToken)
    {
        var entry = await pauses.EnterAsync(run.Message, FindQueue(definition, run.Lane), cancellationToken);
        if (entry.Probed is { Kind: PauseKind.Queue } probed) await lanes.TrySettleAsync(probed.Name, cancellationToken);
        return entry;
    }

    /// <summary>Notes what a run says of a circuit.</summary>
    /// <param name="definition">The task.</param>
    /// <param name="run">The run.</param>
    /// <param name="outcome">What came of it.</param>
    /// <param name="probed">The pause that it was let through of; null when it ran as any other.</param>
    /// <param name="cancellationToken">Ends the requests.</param>
    public async ValueTask FollowAsync(
        TaskDefinition definition, TaskRun run, TaskOutcome outcome, TaskPause? probed, CancellationToken cancellationToken)
    {
        var hold = definition.Attribute.PauseOnOpenCircuit != CircuitPause.None ? FindBreak(outcome, probed?.Breaker) : null;
        if (hold is null && probed is null) return;
        var (kind, name) = probed is not null ? (probed.Kind, probed.Name)
            : FindQueue(definition, run.Lane) is { } queue ? (PauseKind.Queue, queue) : (PauseKind.Task, definition.Name);
        bool hasChanged;
        try
        {
            hasChanged = hold is var (breaker, wait)
                ? await pauses.HoldAsync(kind, name, breaker, time.GetUtcNow() + wait, cancellationToken)
                : await pauses.ReleaseAsync(probed!, run.Message, cancellationToken);
        }
        catch (RequestFailedException e)
        {
            // The run counts; the next that meets the circuit, or is let through, notes it.
            Logs.PauseNotNoted(logger, e, definition.Name);
            return;
        }

        if (hasChanged && kind == PauseKind.Queue) await lanes.TrySettleAsync(name, cancellationToken);
    }

    // The lane of limited tasks is everybody's: there, the task is paused alone.
    private string? FindQueue(TaskDefinition definition, string lane) =>
        definition.Attribute.PauseOnOpenCircuit == CircuitPause.Queue && lane != TaskSlot.Lane
            && queues.TryFindLane(lane, out var queue) ? queue.Name : null;

    private static (string Breaker, TimeSpan Wait)? FindBreak(TaskOutcome outcome, string? probed) => outcome switch
    {
        TaskOutcome.Deferred { Exception: CircuitOpenException open } => (open.Breaker, open.RetryAfter),
        TaskOutcome.Failed { Class: ErrorClass.Connection or ErrorClass.Timeout } when probed is not null => (probed, Break),
        _ => null,
    };
}
