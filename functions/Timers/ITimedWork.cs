using Microsoft.DurableTask.Client;

namespace Serverless.Timers;

/// <summary>
/// Work that the clock asks for. What is registered as this is run when the setting of its name, with <c>Schedule</c> behind it, says so;
/// <c>infra/timers.json</c> has the settings' defaults.
/// </summary>
internal interface ITimedWork
{
    /// <summary>The name in logs, measures and the health check.</summary>
    string Name { get; }

    /// <summary>The time that a run may take; then it is cancelled, and the next due time tries again.</summary>
    TimeSpan Limit => TimeSpan.FromMinutes(30);

    /// <summary>Does what is due. It runs at least once for each due time: a second run finds nothing left to do.</summary>
    /// <param name="run">The run.</param>
    /// <param name="cancellationToken">Fires at the limit, and when the host stops.</param>
    Task RunAsync(TimedRun run, CancellationToken cancellationToken);
}

/// <summary>A run of timed work.</summary>
/// <param name="Client">Starts orchestrations.</param>
internal sealed record TimedRun(DurableTaskClient Client);
