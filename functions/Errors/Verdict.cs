using Serverless.Tasks;

namespace Serverless.Errors;

/// <summary>What happens to a task whose run failed.</summary>
public abstract record Verdict
{
    private Verdict()
    {
    }

    /// <summary>It runs again after a delay, with this message.</summary>
    public sealed record Retry(TimeSpan Delay, TaskMessage Message) : Verdict;

    /// <summary>It is given up.</summary>
    /// <param name="Alert">Somebody is told at once, not only when looking at the dead letters.</param>
    public sealed record DeadLetter(bool Alert = false) : Verdict;
}
