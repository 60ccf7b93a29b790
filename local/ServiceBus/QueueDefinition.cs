namespace Serverless.Local.ServiceBus;

/// <summary>One queue of the broker, with the settings that Service Bus has for it.</summary>
/// <param name="Name">Its name; case-insensitive, as on Azure.</param>
public sealed record QueueDefinition(string Name)
{
    /// <summary>The time that a received message is locked for. Default 1 minute.</summary>
    public TimeSpan LockDuration { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>Deliveries before a message is dead-lettered. Default 10.</summary>
    public int MaxDeliveryCount { get; init; } = 10;

    /// <summary>The longest life of an active message. Default: for ever.</summary>
    public TimeSpan DefaultTimeToLive { get; init; } = TimeSpan.MaxValue;

    /// <summary>True when messages that outlive their time are dead-lettered rather than dropped. Default false.</summary>
    public bool DeadLetterOnExpiration { get; init; }

    /// <summary>True when every message needs a session id. Default false.</summary>
    public bool RequiresSession { get; init; }

    /// <summary>The time that a message id is remembered, so that the same one is dropped. Default zero: not at all.</summary>
    public TimeSpan DuplicateDetectionWindow { get; init; }
}
