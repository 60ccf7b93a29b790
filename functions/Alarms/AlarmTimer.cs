using Serverless.Monitoring.Recording;
using Serverless.Timers;

namespace Serverless.Alarms;

/// <summary>Measures the queues each minute, and looks whether there is anything to alarm somebody for.</summary>
internal sealed class AlarmTimer(QueueAges ages, AlarmEvaluator alarms) : ITimedWork
{
    /// <inheritdoc/>
    public string Name => "QueueAge";

    /// <summary>
    /// Runs each minute, unless <c>QueueAgeSchedule</c> says another. Looks into every lane: one operation for each, or a few where many
    /// messages are scheduled.
    /// </summary>
    public async Task RunAsync(TimedRun run, CancellationToken cancellationToken)
    {
        await ages.MeasureAsync(cancellationToken);
        await alarms.RunAsync(cancellationToken);
    }
}
