namespace Serverless.Local.ServiceBus.Broker;

/// <summary>The states of a stored message; with the numbers that travel in AMQP.</summary>
internal enum MessageState
{
    Active = 0,
    Deferred = 1,
    Scheduled = 2,
}
