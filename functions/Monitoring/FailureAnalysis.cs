using Serverless.Resilience;

namespace Serverless.Monitoring;

/// <summary>Failures by place and kind; runs that were tried again count as well as those that were given up.</summary>
/// <param name="From">The start of the first hour that counts.</param>
/// <param name="Runs">Runs that ended, failed or not.</param>
/// <param name="Failures">Runs that failed.</param>
/// <param name="ByTask">By task, the most failures first.</param>
/// <param name="ByQueue">By queue.</param>
/// <param name="ByError">By error class.</param>
/// <param name="Latest">The last that failed, the newest first.</param>
internal sealed record FailureAnalysis(
    DateTimeOffset From, long Runs, long Failures,
    IReadOnlyList<FailureCount> ByTask, IReadOnlyList<FailureCount> ByQueue, IReadOnlyList<ErrorCount> ByError,
    IReadOnlyList<TaskExecution> Latest);

/// <summary>The failures of a task or queue.</summary>
/// <param name="Name">The task or queue.</param>
/// <param name="Failures">Runs that failed.</param>
/// <param name="GivenUp">Those after which the task was given up.</param>
/// <param name="Share">Failures among all runs of the task or queue.</param>
/// <param name="ByError">By error class, the most first.</param>
internal sealed record FailureCount(string Name, long Failures, long GivenUp, double Share, IReadOnlyList<ErrorCount> ByError);

/// <summary>The failures of an error class.</summary>
internal sealed record ErrorCount(ErrorClass Error, long Failures);
