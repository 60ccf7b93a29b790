using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Logging;

namespace Serverless.Monitoring;

internal static partial class Logs
{
    [LoggerMessage(3200, LogLevel.Warning, "Executions could not be stored; while the host runs they are tried again")]
    public static partial void NotStored(ILogger logger, Exception exception);

    [LoggerMessage(3201, LogLevel.Warning,
        "{Count} executions were dropped from the monitor's list because storage did not keep up; totals count them")]
    public static partial void ExecutionsDropped(ILogger logger, long count);

    [LoggerMessage(3202, LogLevel.Information, "Health went from {Before} to {After}")]
    public static partial void HealthChanged(ILogger logger, HealthStatus before, HealthStatus after);

    [LoggerMessage(3204, LogLevel.Warning, "Changes could not be stored; while the host runs they are tried again")]
    public static partial void ChangesNotStored(ILogger logger, Exception exception);

    [LoggerMessage(3203, LogLevel.Information, "The monitor deleted {Count} executions that were stored before {Before}")]
    public static partial void OldDeleted(ILogger logger, int count, DateTimeOffset before);

    [LoggerMessage(3205, LogLevel.Warning,
        "The age of {Count} of {All} lanes is not known until the next time; the first one's reason follows")]
    public static partial void AgesUnknown(ILogger logger, int count, int all, Exception exception);
}
