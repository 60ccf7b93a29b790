using System.Collections.ObjectModel;

namespace Azure.Messaging.ServiceBus;

/// <summary>A message as it was received; settled by its lock token.</summary>
public class ServiceBusReceivedMessage
{
    internal const string ReasonProperty = "DeadLetterReason";
    internal const string DescriptionProperty = "DeadLetterErrorDescription";

    internal ServiceBusReceivedMessage()
    {
    }

    /// <summary>The payload.</summary>
    public BinaryData Body { get; internal init; } = BinaryData.Empty;

    /// <summary>The sender's id, by which duplicates are detected.</summary>
    public string MessageId { get; internal init; } = null!;

    /// <summary>The partition of a partitioned queue; the session's id where there is one.</summary>
    public string? PartitionKey { get; internal init; }

    /// <summary>The partition of a transfer queue.</summary>
    public string? TransactionPartitionKey { get; internal init; }

    /// <summary>The session it belongs to.</summary>
    public string? SessionId { get; internal init; }

    /// <summary>The session that a reply should go to.</summary>
    public string? ReplyToSessionId { get; internal init; }

    /// <summary>How long it lives once active: the sender's figure or the queue's, whichever is less.</summary>
    public TimeSpan TimeToLive { get; internal init; } = TimeSpan.MaxValue;

    /// <summary>The sender's correlation id.</summary>
    public string? CorrelationId { get; internal init; }

    /// <summary>The sender's subject.</summary>
    public string? Subject { get; internal init; }

    /// <summary>The sender's address of the receiver.</summary>
    public string? To { get; internal init; }

    /// <summary>The payload's media type.</summary>
    public string? ContentType { get; internal init; }

    /// <summary>Where replies go.</summary>
    public string? ReplyTo { get; internal init; }

    /// <summary>When a scheduled message becomes active.</summary>
    public DateTimeOffset ScheduledEnqueueTime { get; internal init; }

    /// <summary>The sender's names and values, with those of a dead letter.</summary>
    public IReadOnlyDictionary<string, object> ApplicationProperties { get; internal init; } = ReadOnlyDictionary<string, object>.Empty;

    /// <summary>The lock under which it was received; an empty GUID when it was peeked.</summary>
    public string LockToken => LockTokenGuid.ToString();

    /// <summary>How often it was delivered, this time included.</summary>
    public int DeliveryCount { get; internal init; }

    /// <summary>When the lock ends; moves with each renewal.</summary>
    public DateTimeOffset LockedUntil { get; internal set; }

    /// <summary>Its number in the queue: later messages have higher ones.</summary>
    public long SequenceNumber { get; internal init; }

    /// <summary>The queue it was dead-lettered in, once it was forwarded from there.</summary>
    public string? DeadLetterSource { get; internal init; }

    /// <summary>The first number that it had.</summary>
    public long EnqueuedSequenceNumber { get; internal init; }

    /// <summary>When it became active.</summary>
    public DateTimeOffset EnqueuedTime { get; internal init; }

    /// <summary>When its time to live ends.</summary>
    public DateTimeOffset ExpiresAt => TimeToLive >= DateTimeOffset.MaxValue - EnqueuedTime ? DateTimeOffset.MaxValue : EnqueuedTime + TimeToLive;

    /// <summary>Why it was dead-lettered.</summary>
    public string? DeadLetterReason => ApplicationProperties.GetValueOrDefault(ReasonProperty) as string;

    /// <summary>What was said of it when it was dead-lettered.</summary>
    public string? DeadLetterErrorDescription => ApplicationProperties.GetValueOrDefault(DescriptionProperty) as string;

    /// <summary>Active, deferred or scheduled.</summary>
    public ServiceBusMessageState State { get; internal init; }

    internal Guid LockTokenGuid { get; init; }

    /// <summary>Names it by its id.</summary>
    public override string ToString() => $"{{MessageId:{MessageId}}}";
}
