using Microsoft.Extensions.Logging;

namespace Serverless.Schedules;

internal static partial class Logs
{
    [LoggerMessage(6001, LogLevel.Information, "Schedule {Schedule} started {RunId}")]
    public static partial void Started(ILogger logger, string schedule, string runId);

    [LoggerMessage(6002, LogLevel.Information, "Schedule {Schedule} was run by hand: {RunId}")]
    public static partial void StartedByHand(ILogger logger, string schedule, string runId);

    [LoggerMessage(6003, LogLevel.Information, "Schedule {Schedule} skipped {Count} due times: an earlier run was not done")]
    public static partial void Skipped(ILogger logger, string schedule, long count);

    [LoggerMessage(6004, LogLevel.Warning, "Schedule {Schedule} missed {Count} due times")]
    public static partial void Missed(ILogger logger, string schedule, long count);

    [LoggerMessage(6005, LogLevel.Error, "Schedule {Schedule} could not start {RunId}, and does not try again")]
    public static partial void Refused(ILogger logger, Exception exception, string schedule, string runId);

    [LoggerMessage(6006, LogLevel.Error, "Schedule {Schedule} could not be advanced, and is tried again")]
    public static partial void NotAdvanced(ILogger logger, Exception exception, string schedule);

    [LoggerMessage(6007, LogLevel.Warning, "A look at the schedules beside the timer's failed; the timer's next look does what it was for")]
    public static partial void NotLooked(ILogger logger, Exception exception);
}
