using Serverless.Tasks.Store;

namespace Serverless.Tasks.Running;

/// <summary>A task was not run, because its name or its tenant is paused.</summary>
internal sealed class TaskPausedException(TaskPause pause)
    : Exception($"The {pause.Kind.ToString().ToLowerInvariant()} '{pause.Name}' is paused; it runs once that {Word(pause)}.")
{
    private static string Word(TaskPause pause) =>
        pause.Breaker is { } breaker ? $"gets through the circuit breaker '{breaker}' again" : "is resumed";
}
