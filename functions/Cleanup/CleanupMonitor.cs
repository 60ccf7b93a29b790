using System.Globalization;
using Microsoft.Extensions.Logging;
using Serverless.Monitoring;
using Serverless.Resilience;
using Serverless.Tasks.Retries;

namespace Serverless.Cleanup;

/// <summary>Tells the monitor of the steps, as it is told of tasks: <c>cleanup.*</c> in the lane <c>timers</c>.</summary>
internal sealed class CleanupMonitor(
    IExecutionRecorder recorder, ErrorClassifier classifier, TimeProvider time, ILogger<CleanupMonitor> logger)
{
    private const string Lane = "timers";

    /// <summary>Runs a step.</summary>
    public async Task<CleanupCount> RunAsync(string name, CleanupTask task, Func<Task<CleanupCount>> step)
    {
        var id = string.Create(CultureInfo.InvariantCulture, $"cleanup-{task.Now.UtcDateTime:yyyyMMdd'T'HHmmss'Z'}");
        var started = time.GetUtcNow();
        var began = time.GetTimestamp();
        using var running = recorder.RecordStart(id, name, Lane, 0);
        try
        {
            var count = await step();
            End(ExecutionState.Success, null);
            Logs.CleanedUp(logger, name, count.Deleted);
            return count;
        }
        catch (Exception e)
        {
            End(ExecutionState.Retry, classifier.Classify(e));
            throw;
        }

        void End(ExecutionState state, ErrorClass? error) =>
            recorder.RecordEnd(new TaskExecution(id, name, Lane, 0, state, error, started, time.GetElapsedTime(began), 0));
    }
}
