using Microsoft.Extensions.Logging;
using Serverless.Workflows.Store;

namespace Serverless.Workflows;

internal static partial class Logs
{
    [LoggerMessage(4001, LogLevel.Information, "Workflow {Workflow} version {Version} was registered")]
    public static partial void Registered(ILogger logger, string workflow, int version);

    [LoggerMessage(4007, LogLevel.Error, "The app's own workflow {Workflow} is at fault and was not registered: {Faults}")]
    public static partial void BuiltInRefused(ILogger logger, string workflow, string faults);

    [LoggerMessage(4008, LogLevel.Information, "Workflow {Workflow} was deleted")]
    public static partial void Deleted(ILogger logger, string workflow);

    [LoggerMessage(4003, LogLevel.Information, "Run {RunId} of workflow {Workflow} version {Version} completed")]
    public static partial void RunCompleted(ILogger logger, string workflow, int version, string runId);

    [LoggerMessage(4004, LogLevel.Warning,
        "Run {RunId} of workflow {Workflow} version {Version} ended as {State} at step {Step} after {ErrorType}")]
    public static partial void RunFailed(
        ILogger logger, string workflow, int version, string runId, RunState state, string step, string errorType);

    [LoggerMessage(4005, LogLevel.Information, "Run {RunId} of workflow {Workflow} version {Version} was started")]
    public static partial void RunStarted(ILogger logger, string workflow, int version, string runId);

    [LoggerMessage(4006, LogLevel.Warning, "A callback of canvas {InstanceId} failed at {Place} after {ErrorType}")]
    public static partial void CallbackFailed(ILogger logger, string instanceId, string place, string errorType);
}
