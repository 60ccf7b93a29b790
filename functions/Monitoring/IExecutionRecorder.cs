namespace Serverless.Monitoring;

/// <summary>Is told of every run of a task. Recording never delays or fails the run.</summary>
internal interface IExecutionRecorder
{
    /// <summary>A run began.</summary>
    /// <returns>To be disposed when the run is over, however it ended.</returns>
    IDisposable RecordStart(string taskId, string task, string lane, int attempt);

    /// <summary>A run ended.</summary>
    /// <param name="execution">The run.</param>
    /// <param name="isKept">It can be looked up later; else it is only counted.</param>
    void RecordEnd(TaskExecution execution, bool isKept = true);
}
