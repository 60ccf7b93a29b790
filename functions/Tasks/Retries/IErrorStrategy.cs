namespace Serverless.Tasks.Retries;

/// <summary>What to do after an error of one class.</summary>
internal interface IErrorStrategy
{
    /// <summary>Decides from the failed run alone; nothing is sent or settled here.</summary>
    ValueTask<RetryDecision> DecideAsync(FailedRun run);
}
