using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;
using Serverless.Orchestrations;

namespace Serverless.Cleanup;

/// <summary>
/// Cleans up at night: one orchestration, whoever starts it. A night without a running app is made up for at the next start.
/// </summary>
internal sealed class CleanupTimer
{
    /// <summary>The orchestration's id: there is one at a time.</summary>
    public const string InstanceId = "cleanup";

    /// <summary>Runs at 02:00 UTC, unless <c>CleanupSchedule</c> says another.</summary>
    [Function(nameof(CleanupTimer))]
    public Task RunAsync(
        [TimerTrigger("%CleanupSchedule%")] TimerInfo timer, [DurableClient] DurableTaskClient client,
        CancellationToken cancellationToken) =>
        client.StartOnceAsync(nameof(CleanupOrchestrator), InstanceId, null, mayRestart: _ => Task.FromResult(true), cancellationToken);
}
