using Microsoft.Extensions.DependencyInjection;
using Serverless.Alarms.Sources;
using Serverless.Timers;

namespace Serverless.Alarms;

/// <summary>Registers the alarms.</summary>
internal static class AlarmServices
{
    /// <summary>Adds the alarms; storage is reached at the first use, not here.</summary>
    public static IServiceCollection AddAlarms(this IServiceCollection services) => services
        .AddSingleton<AlarmStore>()
        .AddSingleton<AlarmCheck>()
        .AddSingleton<IAlarmSource, ScheduleSource>()
        .AddSingleton<IAlarmSource, QueueAgeSource>()
        .AddSingleton<IAlarmSource, FailureRateSource>()
        .AddSingleton<AlarmMessenger>()
        .AddSingleton<AlarmEvaluator>()
        .AddTimedWork<AlarmTimer>();
}
