namespace Serverless.Tasks.Retries;

/// <summary>A run that ended with an exception, as the strategies see it.</summary>
/// <param name="Message">The task's message; its attempt is the one that failed.</param>
/// <param name="MaxRetries">How often the task may be tried again in all.</param>
/// <param name="RetryDelay">The task's own first delay, for errors of no class.</param>
/// <param name="Exception">What the run threw.</param>
/// <param name="Recovery">The handler's own answers to the error.</param>
internal sealed record FailedRun(TaskMessage Message, int MaxRetries, TimeSpan RetryDelay, Exception Exception, IHandlerRecovery Recovery)
{
    /// <summary>The attempt that failed, from 0.</summary>
    public int Attempt => Message.Attempt;

    /// <summary>No retry is left.</summary>
    public bool IsLast => Attempt >= MaxRetries;
}
