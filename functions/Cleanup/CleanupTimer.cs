using Serverless.Orchestrations;
using Serverless.Timers;

namespace Serverless.Cleanup;

/// <summary>
/// Cleans up at night: one orchestration, whoever starts it. A night without a running app is made up for at the next start.
/// </summary>
internal sealed class CleanupTimer : ITimedWork
{
    /// <summary>The orchestration's id: there is one at a time.</summary>
    public const string InstanceId = "cleanup";

    /// <inheritdoc/>
    public string Name => "Cleanup";

    /// <summary>Runs at 02:00 UTC, unless <c>CleanupSchedule</c> says another.</summary>
    public Task RunAsync(TimedRun run, CancellationToken cancellationToken) =>
        run.Client.StartOnceAsync(nameof(CleanupOrchestrator), InstanceId, null, mayRestart: _ => Task.FromResult(true), cancellationToken);
}
