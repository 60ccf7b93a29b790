namespace Serverless.Local.Runtime.Queues;

/// <summary>A message to send.</summary>
/// <param name="Body">The payload.</param>
public sealed record QueueMessage(BinaryData Body)
{
    /// <summary>At most 128 characters; a new one is made when null. Duplicates are detected by it.</summary>
    public string? MessageId { get; init; }

    /// <summary>At most 128 characters; required where the queue has sessions.</summary>
    public string? SessionId { get; init; }

    /// <summary>When it becomes active; in the past or null: at once.</summary>
    public DateTimeOffset? ScheduledEnqueueTime { get; init; }

    /// <summary>How long it lives once active. Default: as long as the queue lets it.</summary>
    public TimeSpan TimeToLive { get; init; } = TimeSpan.MaxValue;

    /// <summary>The payload's media type.</summary>
    public string? ContentType { get; init; }

    /// <summary>Free for the sender.</summary>
    public string? CorrelationId { get; init; }

    /// <summary>Free for the sender.</summary>
    public string? Subject { get; init; }

    /// <summary>Free for the sender.</summary>
    public string? To { get; init; }

    /// <summary>Free for the sender.</summary>
    public string? ReplyTo { get; init; }

    /// <summary>Names with values of the simple .NET types.</summary>
    public IReadOnlyDictionary<string, object>? ApplicationProperties { get; init; }
}
