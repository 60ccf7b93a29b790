namespace Serverless.Local.ServiceBus.Broker;

/// <summary>The effect of receiving a message.</summary>
internal enum ReceiveMode
{
    /// <summary>Locks it until it is settled.</summary>
    PeekLock,

    /// <summary>Deletes it at once.</summary>
    ReceiveAndDelete,
}
