using Microsoft.Extensions.Logging;

namespace Serverless.CsvPipeline;

internal static partial class Logs
{
    [LoggerMessage(2500, LogLevel.Information, "The report of run {RunId} was written")]
    public static partial void ReportWritten(ILogger logger, string runId);
}
