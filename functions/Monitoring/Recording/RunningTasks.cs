using System.Collections.Concurrent;

namespace Serverless.Monitoring.Recording;

/// <summary>The runs of this instance that have not ended.</summary>
internal sealed class RunningTasks(TimeProvider time)
{
    private readonly ConcurrentDictionary<Run, RunningTask> _runs = [];

    /// <summary>A run began; it ends when the answer is disposed.</summary>
    public IDisposable Add(string taskId, string task, string lane, int attempt)
    {
        var run = new Run(this);
        _runs[run] = new RunningTask(taskId, task, lane, attempt, time.GetUtcNow());
        Telemetry.RunStarted(task, lane);
        return run;
    }

    /// <summary>The number of them by task and by lane, and those that have run longest.</summary>
    public (Dictionary<string, int> Active, Dictionary<string, int> Lanes, List<RunningTask> Longest) Look(int max)
    {
        var runs = _runs.Values;
        return (
            runs.CountBy(r => r.Task).ToDictionary(StringComparer.Ordinal), runs.CountBy(r => r.Lane).ToDictionary(StringComparer.Ordinal),
            [.. runs.OrderBy(r => r.Started).Take(max)]);
    }

    private sealed class Run(RunningTasks tasks) : IDisposable
    {
        public void Dispose()
        {
            if (tasks._runs.TryRemove(this, out var run)) Telemetry.RunLeft(run.Task, run.Lane);
        }
    }
}
