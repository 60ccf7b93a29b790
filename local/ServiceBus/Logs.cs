using Microsoft.Extensions.Logging;

namespace Serverless.Local.ServiceBus;

internal static partial class Logs
{
    [LoggerMessage(300, LogLevel.Error, "Queue housekeeping failed; it is tried again with the next operation")]
    public static partial void HousekeepingFailed(this ILogger logger, Exception exception);

    [LoggerMessage(301, LogLevel.Error, "Receiving from {Entity} failed; the receiver was closed")]
    public static partial void ReceiverFailed(this ILogger logger, string entity, Exception exception);

    [LoggerMessage(302, LogLevel.Error, "Storing messages of {Entity} failed; the sender was told")]
    public static partial void SendFailed(this ILogger logger, string entity, Exception exception);

    [LoggerMessage(303, LogLevel.Error, "Settling a message of {Entity} failed; the receiver was told")]
    public static partial void SettleFailed(this ILogger logger, string entity, Exception exception);

    [LoggerMessage(304, LogLevel.Error, "The operation {Operation} on {Entity} failed; the client was told")]
    public static partial void OperationFailed(this ILogger logger, string operation, string entity, Exception exception);

    [LoggerMessage(305, LogLevel.Warning, "A connection was refused or broke off while it opened: {Reason}")]
    public static partial void ConnectionFailed(this ILogger logger, string reason);
}
