using Serverless.Monitoring;
using Serverless.Resilience;

namespace Serverless.TestSupport.Monitoring;

/// <summary>Runs as the runner tells of them.</summary>
internal static class Runs
{
    public static readonly DateTimeOffset Noon = new(2026, 1, 31, 12, 0, 0, TimeSpan.Zero);

    public static TaskExecution Run(
        string id, DateTimeOffset ended, double ms = 100, ExecutionState state = ExecutionState.Success, ErrorClass? error = null,
        string task = "test.a", string lane = "default")
    {
        var duration = TimeSpan.FromMilliseconds(ms);
        return new TaskExecution(id, task, lane, 0, state, error, ended - duration, duration, 1000);
    }
}
