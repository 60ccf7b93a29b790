using System.Reflection;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Extensions.Abstractions;
using Microsoft.Extensions.Logging;
using Serverless.Local.Runtime.Hosting;
using Serverless.Local.Sqlite;

namespace Serverless.Local.Runtime.Timers;

/// <summary>Functions on a schedule.</summary>
internal sealed class TimerTriggerKind(
    HostSettings settings, FunctionInvoker invoker, SqliteStore store, TimeProvider time, ILogger<TimerTriggerKind> logger)
    : ITriggerKind
{
    private readonly TimerStatusTable _table = new(store);

    public string Name => "timerTrigger";

    public Type Attribute => typeof(TimerTriggerAttribute);

    public ParameterBinder? Bind(ParameterInfo parameter, FunctionMethod function)
    {
        if (!parameter.IsDefined(typeof(TriggerBindingAttribute))) return null;
        return parameter.ParameterType == typeof(TimerInfo)
            ? i => ValueTask.FromResult<object?>(i.Trigger)
            : throw new BindingFaultException($"[TimerTrigger] gives a {nameof(TimerInfo)}, not a {parameter.ParameterType.Name}.");
    }

    public ITriggerListener CreateListener(BoundFunction function)
    {
        var trigger = (TimerTriggerAttribute)function.Trigger;
        var now = time.GetUtcNow().UtcDateTime;
        var schedule = TimerSchedule.Parse(settings.Resolve(trigger.Schedule), now);
        var monitored = trigger.UseMonitor && !schedule.IsFrequent(now);
        return new TimerListener(function, schedule, monitored, trigger.RunOnStartup, invoker, _table, time, logger);
    }

    public string Describe(BoundFunction function, Uri address) => settings.Resolve(((TimerTriggerAttribute)function.Trigger).Schedule);
}
