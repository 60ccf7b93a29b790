namespace Serverless.Monitoring;

/// <summary>Records nothing: for tests of the runner alone.</summary>
internal sealed class NoRecorder : IExecutionRecorder, IDisposable
{
    /// <inheritdoc/>
    public IDisposable RecordStart(string taskId, string task, string lane, int attempt) => this;

    /// <inheritdoc/>
    public void RecordEnd(TaskExecution execution, bool isKept = true)
    {
    }

    /// <summary>Nothing ends.</summary>
    public void Dispose()
    {
    }
}
