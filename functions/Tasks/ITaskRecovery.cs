namespace Serverless.Tasks;

/// <summary>A handler that decides what follows a broken business rule.</summary>
internal interface ITaskRecovery<TArgs>
{
    /// <summary>Decides about the retry; it still counts against the task's max retries.</summary>
    Task<Recovery<TArgs>> RecoverAsync(TArgs args, Exception exception, TaskContext context);
}

/// <summary>The decision of <see cref="ITaskRecovery{TArgs}"/>.</summary>
/// <param name="Retry">False sends the task to the dead letters for review.</param>
/// <param name="Delay">Before the retry; none by default.</param>
/// <param name="Args">The arguments of the retry; null keeps those of the failed run.</param>
internal sealed record Recovery<TArgs>(bool Retry, TimeSpan Delay = default, TArgs? Args = default);
