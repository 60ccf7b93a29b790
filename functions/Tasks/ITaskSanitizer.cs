namespace Serverless.Tasks;

/// <summary>A handler that can repair arguments that failed validation.</summary>
internal interface ITaskSanitizer<TArgs>
{
    /// <summary>The repaired arguments; null or equal ones when there is nothing to repair. Called once a task at most.</summary>
    Task<TArgs?> SanitizeAsync(TArgs args, Exception exception, TaskContext context);
}
