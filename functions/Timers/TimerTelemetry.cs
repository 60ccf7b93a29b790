using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace Serverless.Timers;

/// <summary>The spans and the measure of timed work; exporters are the host's.</summary>
internal static class TimerTelemetry
{
    /// <summary>The name of the meter and of the activity source.</summary>
    public const string Name = "Serverless.Timers";

    private static readonly ActivitySource Source = new(Name);
    private static readonly Meter Meter = new(Name);

    private static readonly Histogram<double> Duration = Meter.CreateHistogram<double>(
        "serverless.timer.duration", "s", "How long runs of timed work took, by work and error.");

    /// <summary>The span of a run.</summary>
    public static Activity? Start(string work) => Source.StartActivity($"timer {work}")?.SetTag("serverless.timer.name", work);

    /// <summary>A run ended.</summary>
    public static void RecordEnd(Activity? span, string work, TimeSpan duration, string? error)
    {
        var tags = new TagList { { "serverless.timer.name", work } };
        if (error is not null)
        {
            tags.Add("error.type", error);
            span?.SetStatus(ActivityStatusCode.Error).SetTag("error.type", error);
        }

        Duration.Record(duration.TotalSeconds, tags);
    }
}
