using Microsoft.Extensions.Logging;

namespace Serverless.Local.Runtime.Queues;

internal static partial class Logs
{
    [LoggerMessage(300, LogLevel.Error, "Queue housekeeping failed; it is tried again with the next operation")]
    public static partial void HousekeepingFailed(this ILogger logger, Exception exception);
}
