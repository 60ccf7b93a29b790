using Azure.Messaging.ServiceBus.Administration;

namespace Serverless.Messaging;

/// <summary>Stops lanes for the app itself, and opens those that it has stopped; what somebody has stopped is left alone.</summary>
internal sealed class LaneHolds(ServiceBusAdministrationClient administration, QueueCatalog catalog, TimeProvider time)
{
    /// <summary>The lanes of the catalog that hand out nothing, and whether the app has stopped them.</summary>
    public async Task<IReadOnlyDictionary<string, bool>> ListStoppedAsync(CancellationToken cancellationToken)
    {
        var stopped = new Dictionary<string, bool>(StringComparer.OrdinalIgnoreCase);
        await foreach (var queue in administration.GetQueuesAsync(cancellationToken))
        {
            if (catalog.TryFindLane(queue.Name, out _) && !EntityState.IsReceiving(queue.Status))
                stopped[queue.Name] = LaneHold.IsHeld(queue);
        }

        return stopped;
    }

    /// <summary>The lanes of the catalog that the app has stopped, whosever they are by now.</summary>
    public async Task<IReadOnlySet<string>> ListAsync(CancellationToken cancellationToken)
    {
        var held = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        await foreach (var queue in administration.GetQueuesAsync(cancellationToken))
        {
            if (catalog.TryFindLane(queue.Name, out _) && LaneHold.IsStoppedAndMarked(queue)) held.Add(queue.Name);
        }

        return held;
    }

    /// <summary>Stops a lane.</summary>
    /// <returns>True when it was open.</returns>
    public async Task<bool> HoldAsync(string lane, CancellationToken cancellationToken)
    {
        QueueProperties queue = await administration.GetQueueAsync(lane, cancellationToken);
        if (!LaneHold.TryHold(queue, time.GetUtcNow())) return false;
        await administration.UpdateQueueAsync(queue, cancellationToken);
        return true;
    }

    /// <summary>Opens a lane that the app has stopped; one that somebody took over since stays as they left it, and is theirs.</summary>
    /// <returns>True when it was opened.</returns>
    public async Task<bool> ReleaseAsync(string lane, CancellationToken cancellationToken)
    {
        // In this order, what somebody saves in between is seen by its status, rather than written over.
        QueueRuntimeProperties saved = await administration.GetQueueRuntimePropertiesAsync(lane, cancellationToken);
        QueueProperties queue = await administration.GetQueueAsync(lane, cancellationToken);
        if (!LaneHold.IsStoppedAndMarked(queue)) return false;
        var isTakenOver = LaneHold.IsTakenOver(queue, saved.UpdatedAt);
        if (isTakenOver) LaneHold.RemoveMark(queue);
        else LaneHold.TrySetReceiving(queue, isOpen: true);
        await administration.UpdateQueueAsync(queue, cancellationToken);
        return !isTakenOver;
    }
}
