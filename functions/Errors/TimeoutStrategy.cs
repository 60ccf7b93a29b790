namespace Serverless.Errors;

/// <summary>Waits 120 s and gives the next run (attempt + 2) · 300 s; a task that still takes too long needs somebody to look at it.</summary>
public sealed class TimeoutStrategy : IErrorStrategy
{
    private static readonly TimeSpan Delay = TimeSpan.FromSeconds(120);

    public ValueTask<Verdict> DecideAsync(FailedRun run) => ValueTask.FromResult<Verdict>(run.IsLast
        ? new Verdict.DeadLetter(Alert: true)
        : new Verdict.Retry(Delay, Next.Attempt(run.Message) with { TimeoutSeconds = (run.Attempt + 2) * 300 }));
}
