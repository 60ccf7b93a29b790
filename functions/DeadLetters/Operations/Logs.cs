using Microsoft.Extensions.Logging;

namespace Serverless.DeadLetters.Operations;

internal static partial class Logs
{
    [LoggerMessage(3100, LogLevel.Warning, "Operation {OperationId} was started: {Kind} of {Queue}")]
    public static partial void OperationStarted(ILogger logger, string operationId, QueueOperationKind kind, string queue);
}
