using Microsoft.Extensions.Logging;

namespace Serverless.Alarms;

internal static partial class Logs
{
    [LoggerMessage(6201, LogLevel.Warning, "Alarm {Alarm} was told as {State}: {Causes} causes")]
    public static partial void Told(ILogger logger, string alarm, string state, int causes);

    [LoggerMessage(6202, LogLevel.Error, "Alarm {Alarm} could not be told, and is tried again")]
    public static partial void NotTold(ILogger logger, Exception exception, string alarm);

    [LoggerMessage(6203, LogLevel.Error, "What alarms of {Kind} watch could not be looked at, and is looked at again")]
    public static partial void NotLooked(ILogger logger, Exception exception, AlarmKind kind);

    [LoggerMessage(6204, LogLevel.Error, "Alarm {Alarm} could not be read: put it again")]
    public static partial void NotRead(ILogger logger, string alarm);
}
