using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace Serverless.Monitoring;

/// <summary>The app's OpenTelemetry instruments; exporters are the host's.</summary>
internal static class Telemetry
{
    /// <summary>The name of the meter and of the activity source.</summary>
    public const string Name = "Serverless";

    private static readonly ActivitySource Source = new(Name);
    private static readonly Meter Meter = new(Name);

    /// <summary>Tasks that need somebody.</summary>
    public static Counter<long> Alerts { get; } = Meter.CreateCounter<long>(
        "serverless.task.alerts", "{task}", "Tasks out of retries after a timeout or an exhausted resource.");

    private static readonly Counter<long> Runs = Meter.CreateCounter<long>(
        "serverless.task.runs", "{run}", "Runs that ended, by task, queue, state and error.");

    private static readonly Histogram<double> Duration = Meter.CreateHistogram<double>(
        "serverless.task.duration", "s", "How long runs took.");

    private static readonly UpDownCounter<long> Active = Meter.CreateUpDownCounter<long>(
        "serverless.task.active", "{run}", "Runs that have not ended.");

    /// <summary>The span of a task's sending, which the message carries to the run.</summary>
    public static Activity? StartSend(string lane, string task, string taskId) =>
        Describe(Source.StartActivity($"send {task}", ActivityKind.Producer), lane, taskId, "send");

    /// <summary>The span of a task's run, a child of the sender's where the message carries its trace context.</summary>
    public static Activity? StartProcess(string lane, string task, string taskId, int attempt, string? parent)
    {
        var context = ActivityContext.TryParse(parent, null, isRemote: true, out var sender) ? sender : default;
        return Describe(Source.StartActivity($"process {task}", ActivityKind.Consumer, context), lane, taskId, "process")?.SetTag(
            "serverless.task.attempt", attempt);
    }

    /// <summary>A run began.</summary>
    internal static void RunStarted(string task, string lane) => Active.Add(1, Tags(task, lane));

    /// <summary>A run is over, however it ended.</summary>
    internal static void RunLeft(string task, string lane) => Active.Add(-1, Tags(task, lane));

    /// <summary>A run ended; its span says how.</summary>
    internal static void RunEnded(TaskExecution run)
    {
        var tags = Tags(run.Task, run.Lane);
        tags.Add("serverless.task.state", State(run.State));
        if (run.Error is { } error) tags.Add("error.type", error.ToString());
        Runs.Add(1, tags);
        Duration.Record(run.Duration.TotalSeconds, tags);
        if (Activity.Current is { } span && span.Source == Source)
        {
            span.SetTag("serverless.task.state", State(run.State));
            if (run.Error is { } failed) span.SetStatus(ActivityStatusCode.Error).SetTag("error.type", failed.ToString());
        }
    }

    private static Activity? Describe(Activity? activity, string lane, string taskId, string operation) => activity?
        .SetTag("messaging.system", "servicebus").SetTag("messaging.destination.name", lane).SetTag("messaging.operation.type", operation)
            .SetTag("messaging.message.conversation_id", taskId);

    private static TagList Tags(string task, string lane) =>
        new() { { "serverless.task.name", task }, { "messaging.destination.name", lane } };

    private static string State(ExecutionState state) => state.ToString().ToUpperInvariant();
}
