using Microsoft.Azure.Amqp;
using Microsoft.Azure.Amqp.Encoding;
using Microsoft.Azure.Amqp.Framing;
using Serverless.Local.ServiceBus.Broker;

namespace Serverless.Local.ServiceBus.Amqp;

/// <summary>Words refusals as Service Bus does: its error conditions, and the status codes of its management operations.</summary>
internal static class ErrorConditions
{
    public static readonly AmqpSymbol DeadLetter = "com.microsoft:dead-letter";

    public static Error ToError(this BrokerException refusal) =>
        new() { Condition = Of(refusal.Fault).Condition, Description = refusal.Message };

    /// <summary>Failures that are nobody's fault tell nothing of the broker's inside, and invite to try again.</summary>
    public static Error Internal { get; } =
        new() { Condition = AmqpErrorCode.InternalError, Description = "The broker could not do it; try again." };

    public static int ToStatus(this BrokerException refusal) => Of(refusal.Fault).Status;

    public static AmqpException ToAmqp(this BrokerException refusal) => new(refusal.ToError());

    private static (AmqpSymbol Condition, int Status) Of(BrokerFault fault) => fault switch
    {
        BrokerFault.EntityNotFound => (AmqpErrorCode.NotFound, 404),
        BrokerFault.EntityDisabled => ("com.microsoft:entity-disabled", 400),
        BrokerFault.MessageNotFound => ("com.microsoft:message-not-found", 404),
        BrokerFault.MessageLockLost => ("com.microsoft:message-lock-lost", 410),
        BrokerFault.SessionLockLost => ("com.microsoft:session-lock-lost", 410),
        BrokerFault.SessionCannotBeLocked => ("com.microsoft:session-cannot-be-locked", 410),
        BrokerFault.MessageTooLarge => (AmqpErrorCode.MessageSizeExceeded, 403),
        BrokerFault.NotAllowed => (AmqpErrorCode.NotAllowed, 400),
        BrokerFault.InvalidArgument => ("com.microsoft:argument-error", 400),
        BrokerFault.Malformed => (AmqpErrorCode.DecodeError, 400),
        BrokerFault.NotImplemented => (AmqpErrorCode.NotImplemented, 501),
        BrokerFault.Full => (AmqpErrorCode.ResourceLimitExceeded, 403),
        BrokerFault.Timeout => ("com.microsoft:timeout", 408),
        _ => throw new ArgumentOutOfRangeException(nameof(fault), fault, null),
    };
}
