namespace Serverless.Local.ServiceBus.Broker;

/// <summary>A stored message as receivers see it. Times are UTC ticks, 0 for none.</summary>
internal sealed record BrokerMessage
{
    public required long SequenceNumber { get; init; }

    public required MessageState State { get; init; }

    public required string MessageId { get; init; }

    public string? SessionId { get; init; }

    /// <summary>Empty when it was peeked, or received and deleted.</summary>
    public Guid LockToken { get; init; }

    public long LockedUntil { get; init; }

    /// <summary>True when it goes to a receiver, false when it was only looked at.</summary>
    public bool IsDelivery { get; init; }

    /// <summary>Deliveries, with the one that locks it now.</summary>
    public int DeliveryCount { get; init; }

    public long Due { get; init; }

    public long Enqueued { get; init; }

    public TimeSpan TimeToLive { get; init; }

    /// <summary>The number that it had when it was scheduled.</summary>
    public long EnqueuedSequenceNumber { get; init; }

    public byte[]? Annotations { get; init; }

    public required byte[] Content { get; init; }
}
