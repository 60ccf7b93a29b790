namespace Serverless.Monitoring;

/// <summary>Records nothing: for tests of the runner alone.</summary>
public sealed class NoRecorder : IExecutionRecorder
{
    /// <inheritdoc/>
    public void Started(string taskId, string task, string lane, int attempt)
    {
    }

    /// <inheritdoc/>
    public void Ended(TaskExecution execution)
    {
    }
}
