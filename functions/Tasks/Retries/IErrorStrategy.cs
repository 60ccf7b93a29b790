namespace Serverless.Tasks.Retries;

/// <summary>Decides how to go on after an error of one class.</summary>
internal interface IErrorStrategy
{
    /// <summary>Decides from the failed run alone; nothing is sent or settled here.</summary>
    ValueTask<RetryDecision> DecideAsync(FailedRun run);
}
