using Microsoft.Extensions.Logging;

namespace Serverless.Tasks.Sending;

internal static partial class Logs
{
    [LoggerMessage(3015, LogLevel.Warning, "{Count} tasks could not be sent together to the lane {Lane}; some may have been")]
    public static partial void NotSent(ILogger logger, Exception exception, int count, string lane);
}
