using Azure.Messaging.ServiceBus;
using Serverless.Local.Runtime.Queues;
using Serverless.Messaging;
using QueueCounts = Serverless.Messaging.QueueCounts;

namespace Serverless.Local.Queues;

/// <summary>Looks into the local broker's queues and clears them.</summary>
internal sealed class BrokerQueueAdmin(QueueBroker broker) : IQueueAdmin
{
    private const int MaxPage = 250;

    public async Task<QueueCounts> CountAsync(string lane, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var counts = await broker.CountAsync(lane);
        return new QueueCounts(counts.Active, counts.Scheduled, counts.DeadLettered);
    }

    public async Task<IReadOnlyDictionary<string, QueueCounts>> CountAllAsync(CancellationToken cancellationToken = default)
    {
        var counts = new Dictionary<string, QueueCounts>(StringComparer.OrdinalIgnoreCase);
        foreach (var queue in broker.Queues) counts[queue.Name] = await CountAsync(queue.Name, cancellationToken);
        return counts;
    }

    public Task<IReadOnlyList<ServiceBusReceivedMessage>> PeekAsync(
        string lane, bool deadLetters, long from, int max, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return broker.PeekAsync(Path(lane, deadLetters), from, Math.Min(max, MaxPage));
    }

    public Task<int> PurgeAsync(string lane, bool deadLetters, int max, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return broker.PurgeAsync(Path(lane, deadLetters), max);
    }

    public IDeadLetterReceiver ReceiveDeadLetters(string lane) => new BrokerDeadLetterReceiver(broker, lane);

    private static string Path(string lane, bool deadLetters) => deadLetters ? EntityPath.DeadLetters(lane) : lane;
}
