using Microsoft.Extensions.Logging;

namespace Serverless.Local.Runtime.Timers;

internal static partial class TimerLogs
{
    [LoggerMessage(1, LogLevel.Critical, "The schedule of {Function} ended: it does not run again until the host restarts")]
    public static partial void Ended(ILogger logger, string function, Exception exception);
}
