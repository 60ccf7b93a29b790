using Microsoft.DurableTask;
using Serverless.Tasks;
using Serverless.Tasks.Sending;
using Serverless.Workflows.Store;
using Serverless.Workflows.Values;

namespace Serverless.Workflows.Run;

/// <summary>
/// Runs tasks as activities from inside an orchestrator, and again when they fail: there is no queue whose runner would do that.
/// </summary>
internal sealed class ActivityCalls(TaskOrchestrationContext context, string runId)
{
    private readonly SortedDictionary<string, StopSignal> _running = new(StringComparer.Ordinal);

    /// <summary>Forgets the tasks that were stopped, for the caller to revoke them.</summary>
    public IReadOnlyList<string> Abandon(StopSignal stopped)
    {
        var ids = _running.Where(r => r.Value.IsWithin(stopped)).Select(r => r.Key).ToList();
        foreach (var id in ids) _running.Remove(id);
        return ids;
    }

    /// <summary>Runs a task to its end.</summary>
    /// <param name="order">The task.</param>
    /// <param name="takeSteps">Gives what each of its activities should write down on the way.</param>
    /// <param name="stop">What stops it.</param>
    /// <exception cref="RunStoppedException">It was stopped before it ended.</exception>
    public async Task<TaskAnswer> RunAsync(TaskRequest order, Func<IReadOnlyList<StepRecord>> takeSteps, StopSignal stop)
    {
        _running.Add(order.Id, stop);
        var answer = await TryAsync(order, takeSteps, stop);

        // One that was stopped stays among those at work until it is abandoned.
        _running.Remove(order.Id);
        return answer;
    }

    private async Task<TaskAnswer> TryAsync(TaskRequest order, Func<IReadOnlyList<StepRecord>> takeSteps, StopSignal stop)
    {
        for (var attempt = 0; ; attempt++)
        {
            stop.ThrowIfStopped();
            try
            {
                var value = await stop.WaitOrStopAsync(
                    context.CallActivityAsync<StoredValue>(nameof(RunTask), new RunTask.Attempt(runId, order, attempt, takeSteps())));
                return new TaskAnswer(order.Id, TaskState.Success, value, Attempts: attempt + 1);
            }
            catch (TaskFailedException e)
            {
                if (attempt >= order.Retries.MaxRetries || IsFinal(e.FailureDetails))
                    return new TaskAnswer(order.Id, TaskState.Failure, Error: StepError.From(e.FailureDetails), Attempts: attempt + 1);
                await WaitAsync(order.Retries.CalculateDelay(attempt), stop);
            }
        }
    }

    private async Task WaitAsync(TimeSpan delay, StopSignal stop)
    {
        using var over = new CancellationTokenSource();
        var timer = context.CreateTimer(delay, over.Token);
        await Task.WhenAny(timer, stop.Stopped);
#pragma warning disable CA1849 // Synchronously: it must not leave the orchestrator's thread.
        if (!timer.IsCompleted) over.Cancel();
#pragma warning restore CA1849
        stop.ThrowIfStopped();
    }

    // The same arguments will fail again.
    private static bool IsFinal(TaskFailureDetails failure) =>
        failure.IsCausedBy<FinalFailureException>() || failure.IsCausedBy<TaskValidationException>()
            || failure.IsCausedBy<BusinessRuleException>() || failure.IsCausedBy<UnknownTaskException>()
                || failure.IsCausedBy<TaskTooLargeException>();
}
