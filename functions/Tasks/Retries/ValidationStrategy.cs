namespace Serverless.Tasks.Retries;

/// <summary>No retry with the same arguments; one, at once, with those that the handler sanitized.</summary>
internal sealed class ValidationStrategy : IErrorStrategy
{
    public async ValueTask<RetryDecision> DecideAsync(FailedRun run)
    {
        if (run.Message.Sanitized) return new RetryDecision.DeadLetter();

        return await run.Recovery.SanitizeAsync(run.Exception) is { } args
            ? new RetryDecision.Retry(TimeSpan.Zero, run.Message.CreateNextAttempt(args) with { Sanitized = true })
            : new RetryDecision.DeadLetter();
    }
}
