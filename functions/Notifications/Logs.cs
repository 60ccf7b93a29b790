using Microsoft.Extensions.Logging;

namespace Serverless.Notifications;

internal static partial class Logs
{
    [LoggerMessage(5100, LogLevel.Information, "{Count} notifications were put into the queue")]
    public static partial void Queued(ILogger logger, int count);
}
