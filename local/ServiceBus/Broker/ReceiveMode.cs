namespace Serverless.Local.ServiceBus.Broker;

/// <summary>What receiving a message does to it.</summary>
internal enum ReceiveMode
{
    /// <summary>Locks it until it is settled.</summary>
    PeekLock,

    /// <summary>Deletes it at once.</summary>
    ReceiveAndDelete,
}
