using Microsoft.Extensions.Logging;

namespace Serverless.Cleanup;

internal static partial class Logs
{
    [LoggerMessage(6010, LogLevel.Information, "Cleaned up {Step}: {Deleted} deleted")]
    public static partial void CleanedUp(ILogger logger, string step, long deleted);

    [LoggerMessage(6011, LogLevel.Error, "The cleanup's step {Step} failed")]
    public static partial void CleanupFailed(ILogger logger, Exception exception, string step);
}
