using System.Diagnostics;
using System.Diagnostics.Metrics;
using Serverless.Tasks;

namespace Serverless.Monitoring;

/// <summary>The app's OpenTelemetry instruments; exporters are the host's.</summary>
public static class Telemetry
{
    /// <summary>The name of the meter and of the activity source.</summary>
    public const string Name = "Serverless";

    private static readonly ActivitySource Source = new(Name);
    private static readonly Meter Meter = new(Name);

    /// <summary>Tasks that need somebody.</summary>
    public static Counter<long> Alerts { get; } = Meter.CreateCounter<long>("serverless.task.alerts", "{task}", "Tasks out of retries after a timeout or an exhausted resource.");

    /// <summary>The span of a task's run, a child of the sender's where the message carries its trace context.</summary>
    public static Activity? StartProcess(string lane, TaskMessage task, string? parent)
    {
        var context = ActivityContext.TryParse(parent, null, isRemote: true, out var sender) ? sender : default;
        var activity = Source.StartActivity($"process {task.Task}", ActivityKind.Consumer, context);
        activity?.SetTag("messaging.system", "servicebus").SetTag("messaging.destination.name", lane).SetTag("messaging.operation.type", "process").SetTag("messaging.message.conversation_id", task.Id);
        return activity;
    }
}
