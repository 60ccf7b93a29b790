namespace Serverless.Tasks;

/// <summary>
/// The code of one task. It may run more than once for the same id (messages arrive at least once), so its effects must be idempotent.
/// Register it with <see cref="TaskHandlerAttribute"/>; dependencies come through the constructor.
/// </summary>
/// <typeparam name="TArgs">The task's arguments, read from JSON.</typeparam>
/// <typeparam name="TResult">The task's result, stored as JSON.</typeparam>
internal interface ITaskHandler<in TArgs, TResult>
{
    /// <summary>Runs the task. An exception decides by its class (see Errors/) whether and when the task is tried again.</summary>
    Task<TResult> RunAsync(TArgs args, TaskContext context);
}
