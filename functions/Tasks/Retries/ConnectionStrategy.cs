namespace Serverless.Tasks.Retries;

/// <summary>Waits 60 s · 2^attempt, at most an hour, spread by a random 0.5 to 1.5 so that many tasks do not come back at once.</summary>
internal sealed class ConnectionStrategy(Random random) : IErrorStrategy
{
    private static readonly TimeSpan First = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan MaxDelay = TimeSpan.FromSeconds(3600);

    public ValueTask<RetryDecision> DecideAsync(FailedRun run) => ValueTask.FromResult<RetryDecision>(run.IsLast
        ? new RetryDecision.DeadLetter()
        : new RetryDecision.Retry(
            Backoff.CalculateDelay(First, run.Attempt, MaxDelay) * (0.5 + random.NextDouble()), run.Message.CreateNextAttempt()));
}
