namespace Serverless.Errors;

/// <summary>The handler's recovery decides; without one the task waits among the dead letters for review.</summary>
public sealed class BusinessRuleStrategy : IErrorStrategy
{
    public async ValueTask<Verdict> DecideAsync(FailedRun run)
    {
        if (run.IsLast) return new Verdict.DeadLetter();

        return await run.Rescue.RecoverAsync(run.Exception) is { Retry: true } recovery
            ? new Verdict.Retry(recovery.Delay, Next.Attempt(run.Message, recovery.Args))
            : new Verdict.DeadLetter();
    }
}
