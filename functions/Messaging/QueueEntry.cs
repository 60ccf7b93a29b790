namespace Serverless.Messaging;

/// <summary>A queue of <c>infra/queues.json</c>; see its schema there for what each member means.</summary>
internal sealed record QueueEntry
{
    /// <summary>The queue's name in routes and for callers.</summary>
    public required string Name { get; init; }

    /// <summary>Null where every message has the same priority.</summary>
    public PriorityRange? Priorities { get; init; }

    /// <summary>The Service Bus queues behind it: the ordinary lane, then the high one where there are priorities.</summary>
    public required IReadOnlyList<string> Lanes { get; init; }

    /// <summary>Deliveries before a message is dead-lettered.</summary>
    public required int MaxDeliveryCount { get; init; }

    /// <summary>The time that a received message is locked for.</summary>
    public required TimeSpan LockDuration { get; init; }

    /// <summary>The longest life of an active message.</summary>
    public required TimeSpan DefaultMessageTimeToLive { get; init; }

    /// <summary>True when messages that outlive their time are dead-lettered.</summary>
    public required bool DeadLetteringOnMessageExpiration { get; init; }

    /// <summary>True when every message needs a session.</summary>
    public required bool RequiresSession { get; init; }

    /// <summary>The time that a message id is remembered.</summary>
    public required TimeSpan DuplicateDetectionWindow { get; init; }

    /// <summary>Messages, or sessions, of one lane that one instance runs at once, at most.</summary>
    public required int Concurrency { get; init; }

    /// <summary>True when its tasks take a core or half the memory each: on Azure another app runs them, few at once.</summary>
    public bool Heavy { get; init; }

    /// <summary>The highest priority that a caller may give; 0 where there are none.</summary>
    public int MaxPriority => Priorities?.Max ?? 0;

    /// <summary>The lane of a priority.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Below 0 or over <see cref="MaxPriority"/>.</exception>
    public string LaneOf(int priority)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(priority);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(priority, MaxPriority);
        return Priorities is { } range && priority >= range.HighFrom ? Lanes[1] : Lanes[0];
    }
}

/// <summary>The priorities that callers may give, from 0 on.</summary>
/// <param name="Max">The most urgent.</param>
/// <param name="HighFrom">The least that goes to the high lane.</param>
internal sealed record PriorityRange(int Max, int HighFrom);
