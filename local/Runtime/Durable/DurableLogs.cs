using Microsoft.DurableTask.Client;
using Microsoft.Extensions.Logging;

namespace Serverless.Local.Runtime.Durable;

/// <summary>The log messages of the engine: ids and names, never inputs or results.</summary>
internal static partial class DurableLogs
{
    [LoggerMessage(EventId = 200, EventName = "EngineStarted", Level = LogLevel.Information,
        Message = "Durable engine started: {Instances} orchestrations and {Activities} activities to take up.")]
    public static partial void EngineStarted(this ILogger logger, int instances, int activities);

    [LoggerMessage(EventId = 201, EventName = "EngineStopped", Level = LogLevel.Information, Message = "Durable engine stopped.")]
    public static partial void EngineStopped(this ILogger logger);

    [LoggerMessage(EventId = 202, EventName = "DrainTimedOut", Level = LogLevel.Warning,
        Message = "Activities still ran after {Seconds} s; they will run again at the next start.")]
    public static partial void DrainTimedOut(this ILogger logger, double seconds);

    [LoggerMessage(EventId = 203, EventName = "OrchestrationStarted", Level = LogLevel.Information,
        Message = "Orchestration {Name} {InstanceId} started.")]
    public static partial void OrchestrationStarted(this ILogger logger, string name, string instanceId);

    [LoggerMessage(EventId = 204, EventName = "OrchestrationFinished", Level = LogLevel.Information,
        Message = "Orchestration {Name} {InstanceId} finished: {Status}.")]
    public static partial void OrchestrationFinished(
        this ILogger logger, string name, string instanceId, OrchestrationRuntimeStatus status);

    [LoggerMessage(EventId = 205, EventName = "OrchestrationFailed", Level = LogLevel.Error,
        Message = "Orchestration {Name} {InstanceId} failed: {ErrorType}.")]
    public static partial void OrchestrationFailed(this ILogger logger, string name, string instanceId, string errorType);

    [LoggerMessage(EventId = 206, EventName = "ActivityFailed", Level = LogLevel.Warning,
        Message = "Activity {Name} of {InstanceId} failed, step #{Step}.")]
    public static partial void ActivityFailed(this ILogger logger, string name, string instanceId, int step, Exception exception);

    [LoggerMessage(EventId = 207, EventName = "TurnNotCommitted", Level = LogLevel.Error,
        Message = "A turn of orchestration {Name} {InstanceId} was not written; it is tried again in {Seconds} s.")]
    public static partial void TurnNotCommitted(this ILogger logger, string name, string instanceId, double seconds, Exception exception);

    [LoggerMessage(EventId = 208, EventName = "RetryFilterFailed", Level = LogLevel.Warning,
        Message = "The retry policy's HandleFailure of {InstanceId} threw; the task is not retried.")]
    public static partial void RetryFilterFailed(this ILogger logger, string instanceId, Exception exception);

    [LoggerMessage(EventId = 209, EventName = "ActivityNotRemoved", Level = LogLevel.Error,
        Message = "The end of activity {Name} of {InstanceId} was not written; it will run again at the next start.")]
    public static partial void ActivityNotRemoved(this ILogger logger, string name, string instanceId, Exception exception);

    [LoggerMessage(EventId = 210, EventName = "OrchestrationRejected", Level = LogLevel.Warning,
        Message = "Orchestration {Name} {InstanceId} was left as it is: {Reason}")]
    public static partial void OrchestrationRejected(this ILogger logger, string name, string instanceId, string reason);
}
