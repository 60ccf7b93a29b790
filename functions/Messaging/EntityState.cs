using Azure.Messaging.ServiceBus.Administration;

namespace Serverless.Messaging;

/// <summary>Service Bus's four states of a queue, as two switches: whether it takes messages in, and whether it hands them out.</summary>
internal static class EntityState
{
    public static bool IsReceiving(EntityStatus status) => status == EntityStatus.Active || status == EntityStatus.SendDisabled;

    /// <summary>The state that differs in the handing out alone: a queue that an operator closed to senders stays closed to them.</summary>
    public static EntityStatus WithReceiving(EntityStatus status, bool isOpen)
    {
        var takesIn = status == EntityStatus.Active || status == EntityStatus.ReceiveDisabled;
        return (takesIn, isOpen) switch
        {
            (true, true) => EntityStatus.Active,
            (true, false) => EntityStatus.ReceiveDisabled,
            (false, true) => EntityStatus.SendDisabled,
            (false, false) => EntityStatus.Disabled,
        };
    }
}
