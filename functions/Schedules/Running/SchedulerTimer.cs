using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;

namespace Serverless.Schedules.Running;

/// <summary>
/// Looks at the schedules each minute. One timer for all of them rather than an orchestration each: a look is one query, however many there
/// are, nothing is billed between, and an edited schedule is an edited row, where an orchestration would have to be told, and would leave a
/// history. It is a function of its own beside the clock, since it waits through its minute for what is due to the second.
/// </summary>
internal sealed class SchedulerTimer(Scheduler scheduler)
{
    /// <summary>
    /// Runs each minute, unless <c>SchedulerSchedule</c> says another, and at the start: what is due before the first minute is not left to
    /// it.
    /// </summary>
    [Function(nameof(SchedulerTimer))]
    public Task RunAsync(
        [TimerTrigger("%SchedulerSchedule%", RunOnStartup = true)] TimerInfo timer, [DurableClient] DurableTaskClient client,
        CancellationToken cancellationToken) =>
        scheduler.RunAsync(client, cancellationToken);
}
