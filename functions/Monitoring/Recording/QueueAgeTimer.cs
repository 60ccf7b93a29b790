using Microsoft.Azure.Functions.Worker;

namespace Serverless.Monitoring.Recording;

/// <summary>Measures the queues each minute, unless <c>QueueAgeSchedule</c> says another.</summary>
internal sealed class QueueAgeTimer(QueueAges ages)
{
    /// <summary>Looks into every lane: one operation for each, or a few where many messages are scheduled.</summary>
    [Function("QueueAge")]
    public Task RunAsync([TimerTrigger("%QueueAgeSchedule%")] TimerInfo timer, CancellationToken cancellationToken) =>
        ages.MeasureAsync(cancellationToken);
}
