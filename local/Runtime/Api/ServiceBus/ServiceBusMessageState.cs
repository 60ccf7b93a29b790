namespace Azure.Messaging.ServiceBus;

/// <summary>Where a message stands in its queue.</summary>
public enum ServiceBusMessageState
{
    /// <summary>Waits for a receiver.</summary>
    Active = 0,

    /// <summary>Set aside: only received by its sequence number.</summary>
    Deferred = 1,

    /// <summary>Waits for its enqueue time.</summary>
    Scheduled = 2,
}
