namespace Serverless.Tasks.Retries;

/// <summary>
/// Waits 120 s and gives the next run (attempt + 2) · 300 s; a task that still takes too long needs somebody to look at it.
/// </summary>
internal sealed class TimeoutStrategy : IErrorStrategy
{
    private static readonly TimeSpan Delay = TimeSpan.FromSeconds(120);

    public ValueTask<RetryDecision> DecideAsync(FailedRun run) => ValueTask.FromResult<RetryDecision>(run.IsLast
        ? new RetryDecision.DeadLetter(Alert: true)
        : new RetryDecision.Retry(Delay, run.Message.CreateNextAttempt() with { TimeoutSeconds = (run.Attempt + 2) * 300 }));
}
