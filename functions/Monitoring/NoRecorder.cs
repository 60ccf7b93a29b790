namespace Serverless.Monitoring;

/// <summary>Records nothing: for tests of the runner alone.</summary>
internal sealed class NoRecorder : IExecutionRecorder, IDisposable
{
    /// <inheritdoc/>
    public IDisposable Started(string taskId, string task, string lane, int attempt) => this;

    /// <inheritdoc/>
    public void Ended(TaskExecution execution, bool isKept = true)
    {
    }

    /// <summary>Nothing ends.</summary>
    public void Dispose()
    {
    }
}
