using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;

namespace Serverless.Timers;

/// <summary>
/// One timer for what is due by the minute or more seldom: Flex charges each run as a second at least and, where it is zone redundant,
/// keeps two instances for each function that scales alone.
/// </summary>
internal sealed class ClockTimer(TimedWorkRunner runner)
{
    /// <summary>Runs as <c>ClockSchedule</c> says: each 30 seconds locally, each minute on Azure.</summary>
    [Function("Clock")]
    public Task RunAsync(
        [TimerTrigger("%ClockSchedule%")] TimerInfo timer, [DurableClient] DurableTaskClient client, CancellationToken cancellationToken) =>
        runner.RunDueAsync(client, cancellationToken);
}
