namespace Serverless.Tasks.Retries;

/// <summary>The task's own back-off: its first delay, doubled with each attempt or multiplied as its sender says, at most a day.</summary>
internal sealed class OtherStrategy : IErrorStrategy
{
    private static readonly TimeSpan MaxDelay = TimeSpan.FromDays(1);

    public ValueTask<RetryDecision> DecideAsync(FailedRun run) => ValueTask.FromResult<RetryDecision>(run.IsLast
        ? new RetryDecision.DeadLetter()
        : new RetryDecision.Retry(
            Backoff.CalculateDelay(run.RetryDelay, run.Attempt, MaxDelay, run.Message.RetryBackoff ?? 2), run.Message.CreateNextAttempt()));
}
