namespace Serverless.Tasks.Retries;

/// <summary>The handler's recovery decides; without one the task waits among the dead letters for review.</summary>
internal sealed class BusinessRuleStrategy : IErrorStrategy
{
    public async ValueTask<RetryDecision> DecideAsync(FailedRun run)
    {
        if (run.IsLast) return new RetryDecision.DeadLetter();

        return await run.Recovery.RecoverAsync(run.Exception) is { Retry: true } recovery
            ? new RetryDecision.Retry(recovery.Delay, run.Message.CreateNextAttempt(recovery.Args))
            : new RetryDecision.DeadLetter();
    }
}
