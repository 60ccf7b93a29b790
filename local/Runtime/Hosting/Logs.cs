using Microsoft.Extensions.Logging;

namespace Serverless.Local.Runtime.Hosting;

internal static partial class Logs
{
    [LoggerMessage(EventId = 1, Message = "Executed {Function} in {Milliseconds:F0} ms (invocation {InvocationId})")]
    public static partial void Succeeded(ILogger logger, LogLevel level, string function, string invocationId, double milliseconds);

    [LoggerMessage(2, LogLevel.Error, "{Function} failed after {Milliseconds:F0} ms (invocation {InvocationId})")]
    public static partial void Failed(ILogger logger, string function, string invocationId, double milliseconds, Exception exception);

    [LoggerMessage(3, LogLevel.Information, "{Function} was cancelled after {Milliseconds:F0} ms (invocation {InvocationId})")]
    public static partial void Cancelled(ILogger logger, string function, string invocationId, double milliseconds);

    [LoggerMessage(4, LogLevel.Warning, "The host stops with work unfinished after {Timeout}; it is taken up again at the next start")]
    public static partial void StoppedUnfinished(ILogger logger, TimeSpan timeout);

    [LoggerMessage(5, LogLevel.Error, "A part of the host did not stop well")]
    public static partial void StopFailed(ILogger logger, Exception exception);
}
