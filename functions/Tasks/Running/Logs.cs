using Microsoft.Extensions.Logging;
using Serverless.Resilience;

namespace Serverless.Tasks.Running;

internal static partial class Logs
{
    [LoggerMessage(3001, LogLevel.Warning, "A message of {Lane} was no task and went to the dead letters: {MessageId}")]
    public static partial void Unreadable(ILogger logger, string lane, string messageId);

    [LoggerMessage(3002, LogLevel.Warning, "A message of {Lane} named the unknown task {Task} and went to the dead letters: {TaskId}")]
    public static partial void UnknownTask(ILogger logger, string lane, string task, string taskId);

    [LoggerMessage(3003, LogLevel.Information, "Task {TaskId} ({Task}) was deferred for {Seconds:0} s: {Reason}")]
    public static partial void Deferred(ILogger logger, string taskId, string task, double seconds, string reason);

    [LoggerMessage(3004, LogLevel.Information,
        "Task {TaskId} ({Task}) was scheduled for attempt {Attempt} in {Seconds:0} s after {ErrorClass} ({ExceptionType})")]
    public static partial void Retried(
        ILogger logger, string taskId, string task, int attempt, double seconds, ErrorClass errorClass, string exceptionType);

    [LoggerMessage(3005, LogLevel.Error,
        "Task {TaskId} ({Task}) of {Lane} was given up at attempt {Attempt} after {ErrorClass} ({ExceptionType})")]
    public static partial void GaveUp(
        ILogger logger, string taskId, string task, string lane, int attempt, ErrorClass errorClass, string exceptionType);

    [LoggerMessage(3006, LogLevel.Critical, "Task {TaskId} ({Task}) of {Lane} needs somebody: out of retries after {ErrorClass}")]
    public static partial void Alert(ILogger logger, string taskId, string task, string lane, ErrorClass errorClass);

    [LoggerMessage(3008, LogLevel.Warning,
        "Task {TaskId} ({Task}) of {Lane} has not ended and the host stops: it runs again at the next start")]
    public static partial void RunsAgain(ILogger logger, string taskId, string task, string lane);

    [LoggerMessage(3009, LogLevel.Error,
        "Task {TaskId} ({Task}) of {Lane} was failed: the broker had put its message among the dead letters")]
    public static partial void Buried(ILogger logger, string taskId, string task, string lane);

    [LoggerMessage(3013, LogLevel.Warning, "The pause of task {Task} by a circuit breaker could not be noted")]
    public static partial void PauseNotNoted(ILogger logger, Exception exception, string task);

    [LoggerMessage(3014, LogLevel.Warning, "The lanes of queue {Queue} could not be made to fit the pause of a circuit breaker")]
    public static partial void QueueNotPaused(ILogger logger, Exception exception, string queue);

    [LoggerMessage(3012, LogLevel.Error, "The callback {TaskId} of the batch {BatchId} could not be sent")]
    public static partial void CallbackRefused(ILogger logger, Exception exception, string taskId, string batchId);

    [LoggerMessage(3110, LogLevel.Information, "Forgot {Count} tasks whose time to live was over")]
    public static partial void Forgot(ILogger logger, int count);

    [LoggerMessage(3111, LogLevel.Warning, "Failed {Count} tasks whose messages were gone")]
    public static partial void Lost(ILogger logger, int count);

    [LoggerMessage(3007, LogLevel.Warning, "The end of task {TaskId} could not be told to {InstanceId}, which will look it up")]
    public static partial void NotNotified(ILogger logger, Exception exception, string taskId, string instanceId);
}
