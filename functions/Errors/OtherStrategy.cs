namespace Serverless.Errors;

/// <summary>The task's own back-off: its first delay, doubled with each attempt or multiplied as its sender says, at most a day.</summary>
public sealed class OtherStrategy : IErrorStrategy
{
    private static readonly TimeSpan Longest = TimeSpan.FromDays(1);

    public ValueTask<Verdict> DecideAsync(FailedRun run) => ValueTask.FromResult<Verdict>(run.IsLast
        ? new Verdict.DeadLetter()
        : new Verdict.Retry(Backoff.Exponential(run.RetryDelay, run.Attempt, Longest, run.Message.RetryBackoff ?? 2), Next.Attempt(run.Message)));
}
