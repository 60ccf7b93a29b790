using Azure.Messaging.ServiceBus;
using Microsoft.Extensions.Logging;

namespace Serverless.Local.Runtime.ServiceBus;

internal static partial class ServiceBusLogs
{
    [LoggerMessage(320, LogLevel.Error, "Receiving from {Queue} failed; it is tried again")]
    public static partial void ReceiveFailed(this ILogger logger, string queue, Exception exception);

    [LoggerMessage(321, LogLevel.Information,
        "Message {MessageId} of {Queue} failed at delivery {DeliveryCount} and is given back unless it was settled")]
    public static partial void GivenBack(this ILogger logger, string messageId, string queue, int deliveryCount);

    [LoggerMessage(322, LogLevel.Warning, "A lock in {Queue} was lost; what was locked is delivered again")]
    public static partial void LockLost(this ILogger logger, string queue, Exception exception);

    [LoggerMessage(324, LogLevel.Information, "{Queue} is paused or disabled and hands nothing out; it is asked again each second")]
    public static partial void QueuePaused(this ILogger logger, string queue);

    [LoggerMessage(323, LogLevel.Error, "{Source} in {Queue} failed; the message is delivered again when its lock ends")]
    public static partial void SettleFailed(this ILogger logger, string queue, ServiceBusErrorSource source, Exception exception);
}
