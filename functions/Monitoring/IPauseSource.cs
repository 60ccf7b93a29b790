namespace Serverless.Monitoring;

/// <summary>Says what is paused of its own; the monitor knows names, and nothing of what stands behind them.</summary>
internal interface IPauseSource
{
    /// <summary>All of it, in no order.</summary>
    Task<IReadOnlyList<PausedWork>> ListPausedAsync(CancellationToken cancellationToken);
}

/// <summary>Something that is paused.</summary>
/// <param name="Kind"><c>task</c>, <c>tenant</c>, <c>queue</c> or <c>schedule</c>.</param>
/// <param name="Name">Its name.</param>
/// <param name="Since">Since when; null where that is not known, as of a queue that was paused elsewhere.</param>
/// <param name="By">Who paused it; null when nobody is known, or a breaker did.</param>
/// <param name="Breaker">The circuit breaker that paused it, and ends the pause by itself; null when somebody did.</param>
/// <param name="Until">Of a breaker's pause, when one run is let through; null when somebody paused it.</param>
/// <param name="Probing">The breaker's break is over: one run is let through, or will be as it comes.</param>
internal sealed record PausedWork(
    string Kind, string Name, DateTimeOffset? Since = null, string? By = null, string? Breaker = null, DateTimeOffset? Until = null,
    bool Probing = false);
