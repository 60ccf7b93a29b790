namespace Serverless.Monitoring;

/// <summary>Says what is paused; the monitor knows names, and nothing of what stands behind them.</summary>
internal interface IPauseList
{
    /// <summary>All that is paused: tasks and tenants by their pauses, the oldest first.</summary>
    Task<IReadOnlyList<PausedWork>> ListPausedAsync(CancellationToken cancellationToken);
}

/// <summary>Something that is paused.</summary>
/// <param name="Kind"><c>task</c>, <c>tenant</c> or <c>queue</c>.</param>
/// <param name="Name">Its name.</param>
/// <param name="Since">Since when; null of a queue that was paused elsewhere.</param>
/// <param name="By">Who paused it, or which circuit breaker did; null when that is not known.</param>
internal sealed record PausedWork(string Kind, string Name, DateTimeOffset? Since = null, string? By = null);
