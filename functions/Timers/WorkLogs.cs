using Microsoft.Extensions.Logging;

namespace Serverless.Timers;

internal static partial class WorkLogs
{
    [LoggerMessage(3600, LogLevel.Error, "{Work} failed after {Seconds:0.0} s; its next due time tries again")]
    public static partial void WorkFailed(ILogger logger, Exception exception, string work, double seconds);

    [LoggerMessage(3601, LogLevel.Error, "{Work} was cancelled after its limit of {Limit}; its next due time tries again")]
    public static partial void WorkTimedOut(ILogger logger, string work, TimeSpan limit);

    [LoggerMessage(3602, LogLevel.Error,
        "{Work} did not listen to its cancellation after {Limit} and was given up; its next due time starts anew")]
    public static partial void WorkGivenUp(ILogger logger, string work, TimeSpan limit);

    [LoggerMessage(3603, LogLevel.Debug, "{Work} ended after {Seconds:0.0} s")]
    public static partial void WorkEnded(ILogger logger, string work, double seconds);

    [LoggerMessage(3604, LogLevel.Warning, "{Work} was due while it still ran, since {Since}")]
    public static partial void WorkStillRuns(ILogger logger, string work, DateTimeOffset since);

    [LoggerMessage(3605, LogLevel.Warning, "When timed work ran last could not be read: only what is due each minute runs until it can")]
    public static partial void StatesNotRead(ILogger logger, Exception exception);

    [LoggerMessage(3606, LogLevel.Warning, "That {Work} ran could not be stored: after a restart it may run once more")]
    public static partial void StateNotSaved(ILogger logger, Exception exception, string work);
}
