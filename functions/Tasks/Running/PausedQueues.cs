using Microsoft.Extensions.Logging;
using Serverless.Messaging;
using Serverless.Tasks.Store;

namespace Serverless.Tasks.Running;

/// <summary>
/// Makes the lanes of queues fit the pauses that circuit breakers make: the pause is noted first and the lanes follow, so that whatever
/// dies in between, another look finds what is left to do. Lanes that somebody has stopped are theirs.
/// </summary>
internal sealed class PausedQueues(
    TaskPauses pauses, LaneHolds holds, IQueueAdmin admin, QueueCatalog catalog, QueueChanges changes, TimeProvider time,
    ILogger<PausedQueues> logger)
{
    // A pause that changes again and again while its lanes follow is left to the next look.
    private const int MaxLooks = 5;

    /// <summary>Opens what breakers have stopped and hold no more.</summary>
    public async Task OpenAsync(CancellationToken cancellationToken)
    {
        var held = await holds.ListAsync(cancellationToken);
        foreach (var queue in catalog.Entries.Where(queue => queue.Lanes.Any(held.Contains)))
            await SettleAsync(queue, cancellationToken);
    }

    /// <summary>
    /// Makes a queue's lanes fit its pause, as far as the broker lets them: a run does not end otherwise because of them, and the next look
    /// does what was left.
    /// </summary>
    public async Task TrySettleAsync(string queue, CancellationToken cancellationToken)
    {
        try
        {
            await SettleAsync(catalog.Find(queue), cancellationToken);
        }
#pragma warning disable CA1031 // When the broker goes away, the client throws whatever broke inside of it.
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
#pragma warning restore CA1031
        {
            Logs.QueueNotPaused(logger, e, queue);
        }
    }

    private async Task SettleAsync(QueueEntry queue, CancellationToken cancellationToken)
    {
        var wanted = await FindWantedAsync(queue, cancellationToken);
        for (var look = 0; look < MaxLooks; look++)
        {
            foreach (var lane in queue.Lanes)
            {
                if (await SettleAsync(lane, wanted, cancellationToken)) changes.NoteChange(lane);
            }

            // Somebody may have paused it meanwhile, or another run have met the circuit.
            var now = await FindWantedAsync(queue, cancellationToken);
            if (now == wanted) return;
            wanted = now;
        }
    }

    private async Task<bool> SettleAsync(string lane, Wanted wanted, CancellationToken cancellationToken)
    {
        switch (wanted)
        {
            case Wanted.Open:
                return await holds.ReleaseAsync(lane, cancellationToken);
            case Wanted.Held:
                return await holds.HoldAsync(lane, cancellationToken);
            default:
                await admin.SetReceivingAsync(lane, isOpen: false, cancellationToken);
                return true;
        }
    }

    private async Task<Wanted> FindWantedAsync(QueueEntry queue, CancellationToken cancellationToken) =>
        await pauses.FindAsync(PauseKind.Queue, queue.Name, cancellationToken) switch
        {
            null => Wanted.Open,
            { Breaker: null } => Wanted.Stopped,
            { Until: var until } => until > time.GetUtcNow() ? Wanted.Held : Wanted.Open,
        };

    private enum Wanted
    {
        /// <summary>No breaker holds it.</summary>
        Open,

        /// <summary>A breaker holds it.</summary>
        Held,

        /// <summary>Somebody has paused it, and alone resumes it.</summary>
        Stopped,
    }
}
