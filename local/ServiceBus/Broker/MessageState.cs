namespace Serverless.Local.ServiceBus.Broker;

/// <summary>The states of a stored message; the first three have the numbers that travel in AMQP.</summary>
internal enum MessageState
{
    Active = 0,
    Deferred = 1,
    Scheduled = 2,

    /// <summary>Completed or deleted, and kept for a while.</summary>
    Settled = 3,
}
