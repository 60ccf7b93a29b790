namespace Serverless.Local.Runtime.Queues;

/// <summary>How a function takes its messages.</summary>
internal sealed record PumpOptions
{
    /// <summary>The most messages, or sessions, at once.</summary>
    public int MaxConsumers { get; init; } = 16;

    /// <summary>True completes a message when its run ends well.</summary>
    public bool AutoComplete { get; init; } = true;

    /// <summary>How long the lock of a running message is renewed.</summary>
    public TimeSpan MaxAutoLockRenewal { get; init; } = TimeSpan.FromMinutes(5);
}
