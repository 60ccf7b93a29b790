using Microsoft.Extensions.Logging;

namespace Serverless.Local.Runtime.Queues;

internal static partial class Logs
{
    [LoggerMessage(300, LogLevel.Error, "Queue housekeeping failed; it is tried again with the next operation")]
    public static partial void HousekeepingFailed(this ILogger logger, Exception exception);

    [LoggerMessage(301, LogLevel.Error, "Receiving from {Queue} failed; it is tried again in a second")]
    public static partial void ReceiveFailed(this ILogger logger, string queue, Exception exception);

    [LoggerMessage(302, LogLevel.Error, "A consumer of {Queue} failed; its message is delivered again when the lock ends")]
    public static partial void ConsumerFailed(this ILogger logger, string queue, Exception exception);

    [LoggerMessage(303, LogLevel.Information,
        "Message {MessageId} of {Queue} failed at delivery {DeliveryCount} and is given back unless it was settled")]
    public static partial void GivenBack(this ILogger logger, string messageId, string queue, int deliveryCount);

    [LoggerMessage(304, LogLevel.Warning, "The lock of {Id} in {Queue} was lost; it is delivered again")]
    public static partial void LockLost(this ILogger logger, string id, string queue);

    [LoggerMessage(305, LogLevel.Error, "Renewing locks of {Queue} failed; it is tried again before they end")]
    public static partial void RenewalFailed(this ILogger logger, string queue, Exception exception);

    [LoggerMessage(306, LogLevel.Information, "Scaled {Queue} from {Before} to {After} consumers: {Pending} waited")]
    public static partial void QueueScaled(this ILogger logger, string queue, int before, int after, long pending);

    [LoggerMessage(307, LogLevel.Error, "Scaling {Queue} failed; its consumers stay as they are")]
    public static partial void ScalingFailed(this ILogger logger, string queue, Exception exception);
}
