using Microsoft.Extensions.Logging;

namespace Serverless.Email;

internal static partial class Logs
{
    [LoggerMessage(5000, LogLevel.Information, "Mail job {JobId} was accepted")]
    public static partial void JobAccepted(ILogger logger, string jobId);

    [LoggerMessage(5001, LogLevel.Information,
        "Mail job {JobId} ended as {State}: {Successful} sent, {Failed} failed, {Suppressed} suppressed of {Total}")]
    public static partial void JobEnded(
        ILogger logger, string jobId, string state, long successful, long failed, long suppressed, long total);

    [LoggerMessage(5002, LogLevel.Information, "Mail job {JobId} was cancelled")]
    public static partial void JobCancelled(ILogger logger, string jobId);

    [LoggerMessage(5003, LogLevel.Warning, "Mail job {JobId} waited {Seconds:0} s for the mail server, for the {Outage}. time in a row")]
    public static partial void JobWaited(ILogger logger, string jobId, double seconds, int outage);

    [LoggerMessage(5004, LogLevel.Warning, "Mail job {JobId} failed")]
    public static partial void JobFailed(ILogger logger, string jobId);
}
