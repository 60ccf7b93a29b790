using Microsoft.Extensions.Logging;

namespace Serverless.Jobs;

internal static partial class Logs
{
    [LoggerMessage(1700, LogLevel.Warning, "Job {JobId} had no orchestration at work, and was brought up to date")]
    public static partial void JobReconciled(ILogger logger, string jobId);

    [LoggerMessage(1701, LogLevel.Error, "Job {JobId} could not be brought up to date")]
    public static partial void JobNotReconciled(ILogger logger, Exception exception, string jobId);
}
