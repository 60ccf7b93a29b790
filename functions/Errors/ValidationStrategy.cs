namespace Serverless.Errors;

/// <summary>No retry with the same arguments; one, at once, with those that the handler sanitized.</summary>
public sealed class ValidationStrategy : IErrorStrategy
{
    public async ValueTask<Verdict> DecideAsync(FailedRun run)
    {
        if (run.Message.Sanitized) return new Verdict.DeadLetter();

        return await run.Rescue.SanitizeAsync(run.Exception) is { } args
            ? new Verdict.Retry(TimeSpan.Zero, Next.Attempt(run.Message, args) with { Sanitized = true })
            : new Verdict.DeadLetter();
    }
}
