namespace Serverless.Local.Runtime.Replay;

/// <summary>A point at which this build does other than a recorded orchestration did.</summary>
/// <param name="Step">The step's number in the history; null when no step is at fault.</param>
/// <param name="Recorded">What was recorded.</param>
/// <param name="Now">What this build does.</param>
public sealed record HistoryDeviation(int? Step, string Recorded, string Now);
