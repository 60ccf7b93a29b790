using System.Collections.Concurrent;
using Azure.Messaging.ServiceBus;
using Azure.Messaging.ServiceBus.Administration;

namespace Serverless.Messaging;

/// <summary>Looks into lanes and clears them. Counts come from the management API, of which a call costs ten operations.</summary>
internal sealed class ServiceBusQueueAdmin(ServiceBusClient client, ServiceBusAdministrationClient administration, QueueCatalog catalog)
    : IQueueAdmin, IAsyncDisposable
{
    private const int BatchSize = 100;
    private const int MaxPage = 250;

    // An empty queue answers at once; a long wait would only hold a request up.
    private static readonly TimeSpan MaxWait = TimeSpan.FromSeconds(2);

    // Opening a link costs several round trips: those that only look are kept.
    private readonly ConcurrentDictionary<(string Lane, bool DeadLetters), ServiceBusReceiver> _peekers = new();

    public async Task<QueueCounts> CountAsync(string lane, CancellationToken cancellationToken = default) =>
        Counts((await administration.GetQueueRuntimePropertiesAsync(lane, cancellationToken)).Value);

    public async Task<IReadOnlyDictionary<string, QueueCounts>> CountAllAsync(CancellationToken cancellationToken = default)
    {
        var counts = new Dictionary<string, QueueCounts>(StringComparer.OrdinalIgnoreCase);
        await foreach (var queue in administration.GetQueuesRuntimePropertiesAsync(cancellationToken))
        {
            if (catalog.TryFindLane(queue.Name, out _)) counts[queue.Name] = Counts(queue);
        }

        return counts;
    }

    public async Task<IReadOnlySet<string>> ListPausedAsync(CancellationToken cancellationToken = default)
    {
        var paused = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        await foreach (var queue in administration.GetQueuesAsync(cancellationToken))
        {
            if (catalog.TryFindLane(queue.Name, out _) && !EntityState.IsReceiving(queue.Status)) paused.Add(queue.Name);
        }

        return paused;
    }

    public async Task SetReceivingAsync(string lane, bool isOpen, CancellationToken cancellationToken = default)
    {
        QueueProperties queue = await administration.GetQueueAsync(lane, cancellationToken);
        if (LaneHold.TrySetReceiving(queue, isOpen)) await administration.UpdateQueueAsync(queue, cancellationToken);
    }

    public Task<IReadOnlyList<ServiceBusReceivedMessage>> PeekAsync(
        string lane, bool deadLetters, long from, int max, CancellationToken cancellationToken = default) =>
        _peekers.GetOrAdd((lane, deadLetters), key => Receiver(key.Lane, key.DeadLetters))
            .PeekMessagesAsync(Math.Min(max, MaxPage), from, cancellationToken);

    public async Task<int> PurgeAsync(string lane, bool deadLetters, int max, CancellationToken cancellationToken = default)
    {
        if (deadLetters || !RequiresSession(lane))
        {
            await using var receiver = Receiver(lane, deadLetters, ServiceBusReceiveMode.ReceiveAndDelete);
            return await DrainAsync(receiver, max, cancellationToken);
        }

        var purged = 0;
        foreach (var session in await ListSessionsAsync(lane, max, cancellationToken))
        {
            if (purged >= max) break;
            purged += await PurgeSessionAsync(lane, session, max - purged, cancellationToken);
        }

        return purged;
    }

    public IDeadLetterReceiver ReceiveDeadLetters(string lane) => new ServiceBusDeadLetterReceiver(Receiver(lane, deadLetters: true));

    public async ValueTask DisposeAsync()
    {
        foreach (var peeker in _peekers.Values) await peeker.DisposeAsync();
    }

    private static QueueCounts Counts(QueueRuntimeProperties queue) =>
        new(queue.ActiveMessageCount, queue.ScheduledMessageCount, queue.DeadLetterMessageCount);

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
    private async Task<IReadOnlyCollection<string>> ListSessionsAsync(string lane, int max, CancellationToken cancellationToken)
    {
        var sessions = new HashSet<string>(StringComparer.Ordinal);
        long from = 0;
        for (var active = 0; active < max
            && await PeekAsync(
                lane, deadLetters: false, from, MaxPage, cancellationToken) is { Count: > 0 } page; from = page[^1].SequenceNumber + 1)
        {
            var waiting = page.Where(m => m.State == ServiceBusMessageState.Active).Select(m => m.SessionId).ToList();
            sessions.UnionWith(waiting);
            active += waiting.Count;
        }

        return sessions;
    }

    private bool RequiresSession(string lane) => catalog.TryFindLane(lane, out var entry) && entry.RequiresSession;

    private ServiceBusReceiver Receiver(string lane, bool deadLetters, ServiceBusReceiveMode mode = ServiceBusReceiveMode.PeekLock) =>
        client.CreateReceiver(lane, new ServiceBusReceiverOptions
        {
            ReceiveMode = mode,
            SubQueue = deadLetters ? SubQueue.DeadLetter : SubQueue.None,
        });
}
