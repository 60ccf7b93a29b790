using Microsoft.DurableTask;
using Serverless.Resilience;
using Serverless.Workflows.Run;

namespace Serverless.Workflows.Canvas;

/// <summary>The tasks that nodes of a canvas call when they ended. Their own failures are logged, and fail nothing.</summary>
internal sealed class Callbacks(TaskOrchestrationContext context)
{
    private readonly List<Task> _open = [];

    /// <summary>Stops them.</summary>
    public StopSignal Stop { get; } = new();

    /// <summary>Adds one that has been started.</summary>
    /// <param name="answer">Its end.</param>
    /// <param name="place">The node's path, and which of the node's ends it follows.</param>
    public void Add(Task<TaskAnswer> answer, string place) => _open.Add(FollowAsync(answer, place));

    /// <summary>Waits for those that run; or stops them.</summary>
    /// <param name="reason">Why they are stopped; null to wait.</param>
    public async Task EndAsync(string? reason)
    {
        if (reason is null) await Task.WhenAll(_open);
        else Stop.Stop(reason);
    }

    private async Task FollowAsync(Task<TaskAnswer> answer, string place)
    {
        try
        {
            if ((await answer).Error is { } error) LogFailure(place, error.Type);
        }
        catch (Exception e) when (e is TaskFailedException or RunStoppedException)
        {
            LogFailure(place, ErrorName.Of(e));
        }
    }

    private void LogFailure(string place, string errorType) =>
        Logs.CallbackFailed(context.CreateReplaySafeLogger<Callbacks>(), context.InstanceId, place, errorType);
}
