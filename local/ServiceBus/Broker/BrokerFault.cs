namespace Serverless.Local.ServiceBus.Broker;

/// <summary>Reasons for which the broker refuses an operation.</summary>
internal enum BrokerFault
{
    EntityNotFound,
    EntityDisabled,
    MessageNotFound,
    MessageLockLost,
    SessionLockLost,
    SessionCannotBeLocked,
    MessageTooLarge,
    NotAllowed,
    InvalidArgument,
    Malformed,
    NotImplemented,
    Timeout,
    Full,
}
