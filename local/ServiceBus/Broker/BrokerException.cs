namespace Serverless.Local.ServiceBus.Broker;

/// <summary>The broker refuses an operation; nothing of it was done.</summary>
internal sealed class BrokerException(BrokerFault fault, string message, Exception? inner = null) : Exception(message, inner)
{
    public BrokerFault Fault => fault;

    public static BrokerException LockLost() =>
        new(BrokerFault.MessageLockLost, "The lock of the message has expired, or the message was already settled.");

    public static BrokerException SessionLockLost(string session) =>
        new(BrokerFault.SessionLockLost, $"The lock of the session '{session}' has expired, or was released.");
}
