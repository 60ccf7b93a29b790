using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;

namespace Serverless.Schedules.Cleanup;

/// <summary>Cleans up at night: one orchestration, whoever starts it. A night without a running app is made up for at the next start.</summary>
public sealed class CleanupTimer
{
    /// <summary>The orchestration's id: there is one at a time.</summary>
    public const string InstanceId = "cleanup";

    /// <summary>Runs at 02:00 UTC, unless <c>CleanupSchedule</c> says another.</summary>
    [Function(nameof(CleanupTimer))]
    public async Task RunAsync(
        [TimerTrigger("%CleanupSchedule%")] TimerInfo timer, [DurableClient] DurableTaskClient client, CancellationToken cancellationToken)
    {
        if (await client.GetInstanceAsync(InstanceId, cancellationToken) is { IsCompleted: false }) return;
        try
        {
            await client.ScheduleNewOrchestrationInstanceAsync(nameof(CleanupOrchestrator), new StartOrchestrationOptions(InstanceId), cancellationToken);
        }
        catch (Exception) when (!cancellationToken.IsCancellationRequested)
        {
            // Hosts refuse a running instance's id with exceptions of their own: what counts is whether another instance of the app was faster.
            if (await client.GetInstanceAsync(InstanceId, cancellationToken) is not { IsCompleted: false }) throw;
        }
    }
}
