namespace Serverless.Tasks.Retries;

/// <summary>The ways on for a task whose run failed.</summary>
internal abstract record RetryDecision
{
    private RetryDecision()
    {
    }

    /// <summary>It runs again after a delay, with this message.</summary>
    public sealed record Retry(TimeSpan Delay, TaskMessage Message) : RetryDecision;

    /// <summary>It is given up.</summary>
    /// <param name="Alert">Somebody is told at once, not only when looking at the dead letters.</param>
    public sealed record DeadLetter(bool Alert = false) : RetryDecision;
}
