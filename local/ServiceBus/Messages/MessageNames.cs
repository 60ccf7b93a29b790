using Microsoft.Azure.Amqp.Encoding;

namespace Serverless.Local.ServiceBus.Messages;

/// <summary>Service Bus's annotations of messages.</summary>
internal static class MessageNames
{
    public static readonly AmqpSymbol EnqueuedTime = "x-opt-enqueued-time";
    public static readonly AmqpSymbol ScheduledEnqueueTime = "x-opt-scheduled-enqueue-time";
    public static readonly AmqpSymbol SequenceNumber = "x-opt-sequence-number";
    public static readonly AmqpSymbol EnqueueSequenceNumber = "x-opt-enqueue-sequence-number";
    public static readonly AmqpSymbol LockedUntil = "x-opt-locked-until";
    public static readonly AmqpSymbol MessageState = "x-opt-message-state";

    /// <summary>Those that the broker sets itself: what a sender says there is not kept.</summary>
    public static readonly AmqpSymbol[] Own =
        [EnqueuedTime, ScheduledEnqueueTime, SequenceNumber, EnqueueSequenceNumber, LockedUntil, MessageState];
}
