using Azure.Messaging.ServiceBus.Administration;

namespace Serverless.Messaging;

/// <summary>Stops lanes for the app itself, and opens those that it has stopped; what somebody has stopped is left alone.</summary>
internal sealed class LaneHolds(ServiceBusAdministrationClient administration, QueueCatalog catalog)
{
    /// <summary>The lanes of the catalog that the app has stopped.</summary>
    public async Task<IReadOnlySet<string>> ListAsync(CancellationToken cancellationToken)
    {
        var held = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        await foreach (var queue in administration.GetQueuesAsync(cancellationToken))
        {
            if (catalog.TryFindLane(queue.Name, out _) && LaneHold.IsHeld(queue)) held.Add(queue.Name);
        }

        return held;
    }

    /// <summary>Stops a lane.</summary>
    /// <returns>True when it was open.</returns>
    public async Task<bool> HoldAsync(string lane, CancellationToken cancellationToken)
    {
        QueueProperties queue = await administration.GetQueueAsync(lane, cancellationToken);
        if (!LaneHold.TryHold(queue)) return false;
        await administration.UpdateQueueAsync(queue, cancellationToken);
        return true;
    }

    /// <summary>Opens a lane that the app has stopped.</summary>
    /// <returns>True when it was one.</returns>
    public async Task<bool> ReleaseAsync(string lane, CancellationToken cancellationToken)
    {
        QueueProperties queue = await administration.GetQueueAsync(lane, cancellationToken);
        if (!LaneHold.IsHeld(queue)) return false;
        LaneHold.TrySetReceiving(queue, isOpen: true);
        await administration.UpdateQueueAsync(queue, cancellationToken);
        return true;
    }
}
