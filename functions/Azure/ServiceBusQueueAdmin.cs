using Azure.Messaging.ServiceBus;
using Azure.Messaging.ServiceBus.Administration;
using Serverless.Queues;

namespace Serverless.AzureHost;

/// <summary>Looks into lanes and clears them. Counts come from the management API, of which a call costs ten operations.</summary>
internal sealed class ServiceBusQueueAdmin(
    ServiceBusClient client, ServiceBusAdministrationClient administration, IQueueSender sender, QueueCatalog catalog, TimeProvider time) : IQueueAdmin
{
    private const int BatchSize = 100;
    private const int MaxPage = 250;

    // The rest become free when their locks end: a walk over a million dead letters must not hold a million in memory.
    private const int MaxReleased = 1000;

    // An empty queue answers at once; a long wait would only hold a request up.
    private static readonly TimeSpan MaxWait = TimeSpan.FromSeconds(2);

    public async Task<QueueCounts> CountAsync(string lane, CancellationToken cancellationToken = default)
    {
        var queue = (await administration.GetQueueRuntimePropertiesAsync(lane, cancellationToken)).Value;
        return new QueueCounts(queue.ActiveMessageCount, queue.ScheduledMessageCount, queue.DeadLetterMessageCount);
    }

    public async Task<IReadOnlyList<ServiceBusReceivedMessage>> PeekAsync(
        string lane, bool deadLetters, long from, int max, CancellationToken cancellationToken = default)
    {
        await using var receiver = Receiver(lane, deadLetters);
        return await receiver.PeekMessagesAsync(Math.Min(max, MaxPage), from, cancellationToken);
    }

    public async Task<int> PurgeAsync(string lane, bool deadLetters, CancellationToken cancellationToken = default)
    {
        // What is sent meanwhile stays, or a busy queue would never be done.
        var counts = await CountAsync(lane, cancellationToken);
        var left = (int)Math.Min(int.MaxValue, deadLetters ? counts.DeadLettered : counts.Active);
        if (deadLetters || !RequiresSession(lane))
        {
            await using var receiver = Receiver(lane, deadLetters, ServiceBusReceiveMode.ReceiveAndDelete);
            return await DrainAsync(receiver, left, cancellationToken);
        }

        var purged = 0;
        foreach (var session in await SessionsAsync(lane, cancellationToken))
        {
            if (purged >= left) break;
            purged += await PurgeSessionAsync(lane, session, left - purged, cancellationToken);
        }

        return purged;
    }

    public async Task<DeadLetterTally> SettleDeadLettersAsync(
        string lane, Func<ServiceBusReceivedMessage, DeadLetterAction> decide, CancellationToken cancellationToken = default)
    {
        var start = time.GetUtcNow();
        var seen = new HashSet<long>();
        var kept = new List<ServiceBusReceivedMessage>();
        var (requeued, deleted, stale) = (0, 0, 0);
        await using var receiver = Receiver(lane, deadLetters: true);
        try
        {
            while (await receiver.ReceiveMessagesAsync(BatchSize, MaxWait, cancellationToken) is { Count: > 0 } batch)
            {
                stale += batch.Count;
                foreach (var message in batch)
                {
                    cancellationToken.ThrowIfCancellationRequested();
                    // A requeued one that failed again is for the next walk, and a kept one comes back when its lock ends.
                    var fresh = message.EnqueuedTime <= start && seen.Add(message.SequenceNumber);
                    if (fresh) stale = 0;
                    var action = fresh ? decide(message) : DeadLetterAction.Keep;
                    if (!action.Deletes)
                    {
                        if (kept.Count < MaxReleased) kept.Add(message);
                        continue;
                    }

                    if (action is { Lane: { } target, Message: { } copy })
                    {
                        await sender.SendAsync(target, [copy], cancellationToken);
                        requeued++;
                    }
                    else
                    {
                        deleted++;
                    }

                    await receiver.CompleteMessageAsync(message, cancellationToken);
                }

                if (stale > seen.Count) break;
            }
        }
        finally
        {
            await ReleaseAsync(receiver, kept);
        }

        return new DeadLetterTally(requeued, deleted, seen.Count - requeued - deleted);
    }

    private static async Task<int> DrainAsync(ServiceBusReceiver receiver, int max, CancellationToken cancellationToken)
    {
        var drained = 0;
        while (drained < max
            && await receiver.ReceiveMessagesAsync(Math.Min(BatchSize, max - drained), MaxWait, cancellationToken) is { Count: > 0 } batch)
        {
            drained += batch.Count;
        }

        return drained;
    }

    private async Task<int> PurgeSessionAsync(string lane, string session, int max, CancellationToken cancellationToken)
    {
        var options = new ServiceBusSessionReceiverOptions { ReceiveMode = ServiceBusReceiveMode.ReceiveAndDelete };
        try
        {
            await using var receiver = await client.AcceptSessionAsync(lane, session, options, cancellationToken);
            return await DrainAsync(receiver, max, cancellationToken);
        }
        catch (ServiceBusException e) when (e.Reason == ServiceBusFailureReason.SessionCannotBeLocked)
        {
            // A consumer has it: what is locked stays.
            return 0;
        }
    }

    // Asking for the next session waits for one a minute long; peeking knows at once which there are.
    private async Task<IReadOnlyCollection<string>> SessionsAsync(string lane, CancellationToken cancellationToken)
    {
        var sessions = new HashSet<string>(StringComparer.Ordinal);
        await using var receiver = Receiver(lane, deadLetters: false);
        long from = 0;
        while (await receiver.PeekMessagesAsync(BatchSize, from, cancellationToken) is { Count: > 0 } page)
        {
            sessions.UnionWith(page.Where(m => m.State == ServiceBusMessageState.Active).Select(m => m.SessionId));
            from = page[^1].SequenceNumber + 1;
        }

        return sessions;
    }

    // Unlocks them for the next walk. One whose lock has ended is free already.
    private static async Task ReleaseAsync(ServiceBusReceiver receiver, List<ServiceBusReceivedMessage> messages)
    {
        foreach (var message in messages)
        {
            try
            {
                await receiver.AbandonMessageAsync(message, cancellationToken: CancellationToken.None);
            }
            catch (ServiceBusException e) when (e.Reason == ServiceBusFailureReason.MessageLockLost)
            {
            }
        }
    }

    private bool RequiresSession(string lane) => catalog.TryFindLane(lane, out var entry) && entry.RequiresSession;

    private ServiceBusReceiver Receiver(string lane, bool deadLetters, ServiceBusReceiveMode mode = ServiceBusReceiveMode.PeekLock) =>
        client.CreateReceiver(lane, new ServiceBusReceiverOptions
        {
            ReceiveMode = mode,
            SubQueue = deadLetters ? SubQueue.DeadLetter : SubQueue.None,
        });
}
