namespace Serverless.Timers;

/// <summary>The state of work over restarts.</summary>
/// <param name="Last">The latest due time, or moment, that it was run for.</param>
/// <param name="FailedAt">When its latest run failed; null when it did not.</param>
/// <param name="Error">What was wrong, in a few words.</param>
internal sealed record WorkState(DateTimeOffset Last, DateTimeOffset? FailedAt = null, string? Error = null);
