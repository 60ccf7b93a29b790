using System.Globalization;
using System.Runtime.CompilerServices;
using Azure.Messaging.ServiceBus;
using Serverless.Messaging;

namespace Serverless.DeadLetters;

/// <summary>Looks through a queue's dead letters, lane by lane, in the order of their numbers.</summary>
internal sealed class DeadLetterReader(IQueueAdmin admin, TimeProvider time)
{
    private const int PageSize = 250;

    // What a request may look at: some seconds on Azure, far below the 230 that an HTTP answer may take.
    private const int MaxListed = 1_000;
    private const int MaxGrouped = 3_000;
    private const int MaxSearched = 100_000;

    /// <summary>A page of those that are meant; it may be short, or empty, although another follows.</summary>
    /// <param name="queue">The queue.</param>
    /// <param name="filter">Which are meant.</param>
    /// <param name="top">The most that are returned.</param>
    /// <param name="from">Where to begin; from the page before.</param>
    /// <param name="cancellationToken">Ends the search.</param>
    public async Task<DeadLetterPage> ListAsync(
        QueueEntry queue, DeadLetterFilter filter, int top, DeadLetterPosition from, CancellationToken cancellationToken)
    {
        var found = new List<DeadLetter>();
        var seen = 0;
        await foreach (var (position, message) in ReadAsync(queue, from, cancellationToken))
        {
            if (found.Count == top || seen++ == MaxListed) return new DeadLetterPage(found, position.ToString());
            if (filter.Matches(message)) found.Add(DeadLetter.Read(queue.Lanes[position.Lane], message));
        }

        return new DeadLetterPage(found, null);
    }

    /// <summary>Puts those that are meant together by what most likely is one cause: the next thousands of them.</summary>
    /// <param name="queue">The queue.</param>
    /// <param name="filter">Which are meant.</param>
    /// <param name="from">Where to begin; from the page before.</param>
    /// <param name="cancellationToken">Ends the search.</param>
    public async Task<DeadLetterGroupPage> CollectGroupsAsync(
        QueueEntry queue, DeadLetterFilter filter, DeadLetterPosition from, CancellationToken cancellationToken)
    {
        var groups = new DeadLetterGroups(time.GetUtcNow());
        await foreach (var (position, message) in ReadAsync(queue, from, cancellationToken))
        {
            if (groups.LookedAt == MaxGrouped) return new DeadLetterGroupPage(groups.List(), groups.LookedAt, position.ToString());
            groups.Add(message, filter.Matches(message));
        }

        return new DeadLetterGroupPage(groups.List(), groups.LookedAt, null);
    }

    /// <summary>Finds one by its id; null when it is not among the first 100,000.</summary>
    public async Task<(string Lane, ServiceBusReceivedMessage Message)?> FindAsync(
        QueueEntry queue, string id, CancellationToken cancellationToken)
    {
        var seen = 0;
        await foreach (var (position, message) in ReadAsync(queue, DeadLetterPosition.Start, cancellationToken))
        {
            if (seen++ == MaxSearched) return null;
            if (DeadLetter.IdOf(message) == id) return (queue.Lanes[position.Lane], message);
        }

        return null;
    }

    /// <summary>The first of a lane that are meant, at most so many.</summary>
    public async Task<IReadOnlyList<ServiceBusReceivedMessage>> ReadFirstAsync(
        string lane, Func<ServiceBusReceivedMessage, bool> isMeant, int count, CancellationToken cancellationToken)
    {
        var found = new List<ServiceBusReceivedMessage>();
        await foreach (var message in ReadAsync(lane, 0, cancellationToken))
        {
            if (isMeant(message)) found.Add(message);
            if (found.Count == count) break;
        }

        return found;
    }

    private async IAsyncEnumerable<(DeadLetterPosition Position, ServiceBusReceivedMessage Message)> ReadAsync(
        QueueEntry queue, DeadLetterPosition from, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        for (var lane = from.Lane; lane < queue.Lanes.Count; lane++)
        {
            await foreach (var message in ReadAsync(queue.Lanes[lane], lane == from.Lane ? from.Number : 0, cancellationToken))
                yield return (new DeadLetterPosition(lane, message.SequenceNumber), message);
        }
    }

    private async IAsyncEnumerable<ServiceBusReceivedMessage> ReadAsync(
        string lane, long from, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        while (await admin.PeekAsync(lane, deadLetters: true, from, PageSize, cancellationToken) is { Count: > 0 } page)
        {
            foreach (var message in page) yield return message;
            from = page[^1].SequenceNumber + 1;
        }
    }
}

/// <summary>A page of dead letters.</summary>
/// <param name="DeadLetters">In the order of their numbers, lane by lane.</param>
/// <param name="Next">The value for <c>after</c> that gives the next page; null on the last.</param>
internal sealed record DeadLetterPage(IReadOnlyList<DeadLetter> DeadLetters, string? Next);

/// <summary>A place among a queue's dead letters.</summary>
/// <param name="Lane">The lane's index.</param>
/// <param name="Number">The least sequence number.</param>
internal readonly record struct DeadLetterPosition(int Lane, long Number)
{
    /// <summary>Before all.</summary>
    public static DeadLetterPosition Start => default;

    /// <summary>Reads what <see cref="ToString"/> wrote.</summary>
    public static bool TryParse(string text, out DeadLetterPosition position)
    {
        position = default;
        var dash = text.IndexOf('-', StringComparison.Ordinal);
        if (dash < 0
            || !int.TryParse(text.AsSpan(0, dash), NumberStyles.None, CultureInfo.InvariantCulture, out var lane)
            || !long.TryParse(text.AsSpan(dash + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var number)) return false;
        position = new DeadLetterPosition(lane, number);
        return true;
    }

    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Lane}-{Number}");
}
