namespace Serverless.Messaging;

/// <summary>A message to send. With its properties at most 256 KB, and 32 KB a property.</summary>
/// <param name="MessageId">At most 128 characters. A queue drops a message whose id it saw within its duplicate detection window.</param>
/// <param name="Body">The payload.</param>
internal sealed record OutgoingMessage(string MessageId, BinaryData Body)
{
    /// <summary>The session, at most 128 characters; required by queues with sessions, and only there.</summary>
    public string? SessionId { get; init; }

    /// <summary>The subject of the message; free for the sender.</summary>
    public string? Subject { get; init; }

    /// <summary>The id of what it belongs to; free for the sender.</summary>
    public string? CorrelationId { get; init; }

    /// <summary>The payload's media type. Default JSON.</summary>
    public string ContentType { get; init; } = "application/json";

    /// <summary>The time that it lives once active; null leaves that to the queue.</summary>
    public TimeSpan? TimeToLive { get; init; }

    /// <summary>When it becomes active; null, or a time in the past, for at once.</summary>
    public DateTimeOffset? Due { get; init; }

    /// <summary>Names with values of simple .NET types; trace context travels here.</summary>
    public IReadOnlyDictionary<string, object>? Properties { get; init; }
}
