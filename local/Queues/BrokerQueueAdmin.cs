using Azure.Messaging.ServiceBus;
using Serverless.Local.Runtime.Queues;
using Serverless.Queues;
using QueueCounts = Serverless.Queues.QueueCounts;

namespace Serverless.Local.Queues;

/// <summary>Looks into the local broker's queues and clears them.</summary>
internal sealed class BrokerQueueAdmin(QueueBroker broker, IQueueSender sender, TimeProvider time) : IQueueAdmin
{
    private const int MaxPage = 250;
    private const int BatchSize = 100;

    public async Task<QueueCounts> CountAsync(string lane, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var counts = await broker.CountAsync(lane);
        return new QueueCounts(counts.Active, counts.Scheduled, counts.DeadLettered);
    }

    public Task<IReadOnlyList<ServiceBusReceivedMessage>> PeekAsync(string lane, bool deadLetters, long from, int max, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return broker.PeekAsync(Path(lane, deadLetters), from, Math.Min(max, MaxPage));
    }

    public Task<int> PurgeAsync(string lane, bool deadLetters, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return broker.PurgeAsync(Path(lane, deadLetters));
    }

    public async Task<DeadLetterTally> SettleDeadLettersAsync(string lane, Func<ServiceBusReceivedMessage, DeadLetterAction> decide, CancellationToken cancellationToken = default)
    {
        var path = Path(lane, deadLetters: true);
        var start = time.GetUtcNow();
        var kept = new List<ServiceBusReceivedMessage>();
        var (requeued, deleted) = (0, 0);
        try
        {
            while (await broker.ReceiveAsync(path, BatchSize, TimeSpan.Zero, cancellationToken) is { Count: > 0 } batch)
            {
                for (var i = 0; i < batch.Count; i++)
                {
                    // One that was requeued and failed again meanwhile is for the next walk.
                    var action = !cancellationToken.IsCancellationRequested && batch[i].EnqueuedTime <= start ? decide(batch[i]) : DeadLetterAction.Keep;
                    if (!action.Deletes)
                    {
                        kept.Add(batch[i]);
                        continue;
                    }

                    if (action is { Lane: { } target, Message: { } message }) await sender.SendAsync(target, [message], CancellationToken.None);
                    await broker.CompleteAsync(batch[i]);
                    if (action.Message is null) deleted++;
                    else requeued++;
                }
            }
        }
        finally
        {
            foreach (var message in kept) await ReleaseAsync(message);
        }

        cancellationToken.ThrowIfCancellationRequested();
        return new DeadLetterTally(requeued, deleted, kept.Count);
    }

    // One whose lock has ended is free already.
    private async Task ReleaseAsync(ServiceBusReceivedMessage message)
    {
        try
        {
            await broker.AbandonAsync(message);
        }
        catch (ServiceBusException e) when (e.Reason == ServiceBusFailureReason.MessageLockLost)
        {
        }
    }

    private static string Path(string lane, bool deadLetters) => deadLetters ? EntityPath.DeadLetters(lane) : lane;
}
