using Azure;
using Microsoft.Extensions.Logging;
using Serverless.Resilience;
using Serverless.Tasks.Store;

namespace Serverless.Tasks.Running;

/// <summary>
/// Pauses a task when a circuit breaker opens under its runs, where its handler asks for that, and ends the pause once a run gets through.
/// All of it is in the pause's row: whichever instance paused it, any other lets the next run through.
/// </summary>
internal sealed class CircuitPauses(TaskPauses pauses, TimeProvider time, ILogger<CircuitPauses> logger)
{
    // A run that failed for its connection says nothing of when to try again.
    private static readonly TimeSpan Break = TimeSpan.FromSeconds(60);

    /// <summary>Notes what a run says of a circuit.</summary>
    /// <param name="definition">The task.</param>
    /// <param name="message">The run's message.</param>
    /// <param name="outcome">What came of it.</param>
    /// <param name="probed">The breaker that it was let through for; null when it ran as any other.</param>
    /// <param name="cancellationToken">Ends the requests.</param>
    public async ValueTask FollowAsync(
        TaskDefinition definition, TaskMessage message, TaskOutcome outcome, string? probed, CancellationToken cancellationToken)
    {
        var hold = definition.Attribute.PauseOnOpenCircuit ? FindBreak(outcome, probed) : null;
        if (hold is null && probed is null) return;
        try
        {
            if (hold is var (breaker, wait))
                await pauses.HoldAsync(definition.Name, breaker, time.GetUtcNow() + wait, cancellationToken);
            else await pauses.ReleaseAsync(message, cancellationToken);
        }
        catch (RequestFailedException e)
        {
            // The run counts; the next that meets the circuit, or is let through, notes it.
            Logs.PauseNotNoted(logger, e, definition.Name);
        }
    }

    private static (string Breaker, TimeSpan Wait)? FindBreak(TaskOutcome outcome, string? probed) => outcome switch
    {
        TaskOutcome.Deferred { Exception: CircuitOpenException open } => (open.Breaker, open.RetryAfter),
        TaskOutcome.Failed { Class: ErrorClass.Connection or ErrorClass.Timeout } when probed is not null => (probed, Break),
        _ => null,
    };
}
