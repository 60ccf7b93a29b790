namespace Serverless.Local.ServiceBus.Broker;

/// <summary>Service Bus's states of a queue, by their official names.</summary>
internal enum QueueStatus
{
    Active,
    Disabled,
    SendDisabled,
    ReceiveDisabled,
}
