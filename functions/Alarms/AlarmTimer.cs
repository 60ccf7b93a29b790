using Microsoft.Azure.Functions.Worker;
using Serverless.Monitoring.Recording;

namespace Serverless.Alarms;

/// <summary>Measures the queues each minute, and looks whether there is anything to alarm somebody for.</summary>
internal sealed class AlarmTimer(QueueAges ages, AlarmEvaluator alarms)
{
    /// <summary>
    /// Runs each minute, unless <c>QueueAgeSchedule</c> says another. Looks into every lane: one operation for each, or a few where many
    /// messages are scheduled.
    /// </summary>
    [Function("QueueAge")]
    public async Task RunAsync([TimerTrigger("%QueueAgeSchedule%")] TimerInfo timer, CancellationToken cancellationToken)
    {
        await ages.MeasureAsync(cancellationToken);
        await alarms.RunAsync(cancellationToken);
    }
}
