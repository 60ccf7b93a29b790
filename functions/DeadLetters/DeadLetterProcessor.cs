using Azure.Messaging.ServiceBus;
using Serverless.Messaging;

namespace Serverless.DeadLetters;

/// <summary>
/// Walks over a lane's dead letters in order and does with each what is decided. A copy is sent before its dead letter is deleted, so that
/// a crash between leaves both: the copy that is then made again has the same message id, and is a duplicate.
/// </summary>
/// <remarks>
/// Service Bus hands out no message by its number: those that stay are locked while the walk passes them. It ends when the first of them
/// come back, so one walk gets as far as it can receive within a lock duration, tens of thousands of messages.
/// </remarks>
internal sealed class DeadLetterProcessor(IQueueAdmin admin, IQueueSender sender)
{
    private const int BatchSize = 100;

    // The others become free when their locks end: a walk over very many must not hold them all in memory.
    private const int MaxReleased = 1000;

    /// <summary>Walks until <paramref name="max"/> dead letters have gone, or no more are found.</summary>
    /// <param name="lane">The lane whose dead letters they are.</param>
    /// <param name="max">The most that are requeued or deleted.</param>
    /// <param name="decide">Says for each of some dead letters, in their order, what becomes of it.</param>
    /// <param name="cancellationToken">Stops between two batches.</param>
    public async Task<DeadLetterTally> RunAsync(
        string lane,
        int max,
        Func<IReadOnlyList<ServiceBusReceivedMessage>, CancellationToken, Task<IReadOnlyList<DeadLetterAction>>> decide,
        CancellationToken cancellationToken = default)
    {
        var tally = new DeadLetterTally(0, 0, 0);
        var passed = new HashSet<long>();
        var held = new List<ServiceBusReceivedMessage>();
        await using var receiver = admin.ReceiveDeadLetters(lane);
        try
        {
            while (tally.Gone < max
                && await receiver.ReceiveAsync(Math.Min(BatchSize, max - tally.Gone), cancellationToken) is { Count: > 0 } batch)
            {
                held.AddRange(batch.Take(Math.Max(0, MaxReleased - held.Count)));
                var fresh = batch.Where(message => !passed.Contains(message.SequenceNumber)).ToList();
                if (fresh.Count == 0) break;

                var actions = await decide(fresh, cancellationToken);
                await SendAsync(actions, cancellationToken);
                var gone = await DeleteAsync(receiver, fresh, actions, cancellationToken);
                held.RemoveAll(gone.Contains);
                tally += Count(fresh, actions, gone);
                passed.UnionWith(fresh.Where(message => !gone.Contains(message)).Select(message => message.SequenceNumber));
            }
        }
        finally
        {
            await Task.WhenAll(held.Select(receiver.ReleaseAsync));
        }

        return tally;
    }

    private async Task SendAsync(IReadOnlyList<DeadLetterAction> actions, CancellationToken cancellationToken)
    {
        foreach (var lane in actions.Where(action => action.Message is not null)
            .GroupBy(action => action.Lane!, StringComparer.OrdinalIgnoreCase))
            await sender.SendAsync(lane.Key, [.. lane.Select(action => action.Message!)], cancellationToken);
    }

    private static async Task<HashSet<ServiceBusReceivedMessage>> DeleteAsync(
        IDeadLetterReceiver receiver, List<ServiceBusReceivedMessage> messages, IReadOnlyList<DeadLetterAction> actions,
        CancellationToken cancellationToken)
    {
        var going = messages.Where((_, i) => actions[i].Deletes).ToList();
        var deleted = await Task.WhenAll(going.Select(message => receiver.CompleteAsync(message, cancellationToken)));
        return [.. going.Where((_, i) => deleted[i])];
    }

    private static DeadLetterTally Count(
        List<ServiceBusReceivedMessage> messages, IReadOnlyList<DeadLetterAction> actions, HashSet<ServiceBusReceivedMessage> gone)
    {
        var requeued = messages.Where((message, i) => actions[i].Message is not null && gone.Contains(message)).Count();
        return new DeadLetterTally(requeued, gone.Count - requeued, messages.Count - gone.Count);
    }
}
