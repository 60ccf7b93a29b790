using Azure;
using Azure.Identity;
using Azure.Messaging.ServiceBus;
using Microsoft.DurableTask;
using Serverless.Tasks;
using Serverless.Tasks.Running;
using Serverless.Tasks.Sending;
using Serverless.Workflows.Store;
using Serverless.Workflows.Values;

namespace Serverless.Workflows.Run;

/// <summary>
/// Runs tasks from inside an orchestrator. A task of a queue is sent by an activity and waited for as an event; one timer for all of them,
/// with growing intervals, looks up those whose event was lost. An event that comes twice is kept by the engine and harms nobody: a task's
/// event has a name of its own, and is waited for once.
/// </summary>
internal sealed class TaskCalls(TaskOrchestrationContext context, string runId)
{
    /// <summary>Tasks that one activity sends.</summary>
    public const int SendBatch = 50;

    private const int LookUpBatch = 100;
    private static readonly TimeSpan FirstLook = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan MaxLook = TimeSpan.FromMinutes(10);

    /// <summary>
    /// For what activities need (queue, table, blobs), until it is back. What the caller is to blame for, or the code, fails at once.
    /// </summary>
    internal static readonly TaskOptions Infrastructure = TaskOptions.FromRetryPolicy(
        new RetryPolicy(
            100, TimeSpan.FromSeconds(2), backoffCoefficient: 2, maxRetryInterval: TimeSpan.FromMinutes(5))
        { HandleFailure = IsOutage });

    private readonly SortedDictionary<string, Open> _open = new(StringComparer.Ordinal);
    private readonly ActivityCalls _direct = new(context, runId);
    private Action? _stopLooking;

    /// <summary>Gives what the activity that starts tasks should write down on the way.</summary>
    public Func<IReadOnlyList<StepRecord>> TakeSteps { get; init; } = () => [];

    /// <summary>Forgets the tasks that were stopped, for the caller to revoke them.</summary>
    public StoppedTasks Abandon(StopSignal stopped)
    {
        var queued = _open.Where(o => o.Value.Stop.IsWithin(stopped)).Select(o => o.Key).ToList();
        foreach (var id in queued) Close(id);
        return new StoppedTasks(queued, _direct.Abandon(stopped));
    }

    /// <summary>Runs one task.</summary>
    /// <exception cref="RunStoppedException">It was stopped before the task ended.</exception>
    public Task<TaskAnswer> RunAsync(TaskRequest order, StopSignal stop) => Run([order], stop)[0];

    /// <summary>Runs tasks side by side, few activities for many of them.</summary>
    public IReadOnlyList<Task<TaskAnswer>> Run(IReadOnlyList<TaskRequest> orders, StopSignal stop)
    {
        var answers = new List<Task<TaskAnswer>>(orders.Count);
        foreach (var batch in orders.Chunk(SendBatch))
        {
            var queued = batch.Where(o => o.Via == TaskVia.Queue).ToList();
            var sent = queued.Count == 0
                ? null
                : context.CallActivityAsync<IReadOnlyList<TaskAnswer>>(
                    nameof(SendTasks), new SendTasks.Batch(runId, context.InstanceId, queued, TakeSteps()), Infrastructure);
            answers.AddRange(
                batch.Select(o => o.Via == TaskVia.Queue ? RunThroughQueueAsync(o, sent!, stop) : _direct.RunAsync(o, TakeSteps, stop)));
        }

        return answers;
    }

    private async Task<TaskAnswer> RunThroughQueueAsync(TaskRequest order, Task<IReadOnlyList<TaskAnswer>> sent, StopSignal stop)
    {
        stop.ThrowIfStopped();
        var open = new Open(stop);
        _open.Add(order.Id, open);
        try
        {
            var refused = await stop.WaitOrStopAsync(sent);
            if (refused.FirstOrDefault(r => r.Id == order.Id) is { } refusal) return refusal;

            LookUp();
            var told = context.WaitForExternalEvent<TaskCompletion>(TaskCompletion.EventName(order.Id));
            await Task.WhenAny(told, open.Found.Task, stop.Stopped);
            if (open.Found.Task.IsCompleted) return await open.Found.Task;
            if (told.IsCompleted) return await ReadAsync(await told, stop);
        }
        finally
        {
            // One that was stopped stays among the open ones until it is abandoned.
            if (!stop.Stopped.IsCompleted) Close(order.Id);
        }

        throw new RunStoppedException(await stop.Stopped);
    }

    // Large results do not travel in events.
    private async Task<TaskAnswer> ReadAsync(TaskCompletion completion, StopSignal stop)
    {
        if (completion.State != TaskState.Success)
            return new TaskAnswer(completion.Id, completion.State, Error: StepError.From(completion.State, completion.Error));
        if (completion.Result is { } result) return new TaskAnswer(completion.Id, completion.State, new StoredValue(result));
        var found = await stop.WaitOrStopAsync(context.CallActivityAsync<IReadOnlyList<TaskAnswer>>(
            nameof(LookUpTasks), new LookUpTasks.Query(runId, [completion.Id]), Infrastructure));
        return found.Count > 0 ? found[0] : new TaskAnswer(completion.Id, TaskState.Success, StoredValue.Null);
    }

    private static bool IsOutage(TaskFailureDetails failure) =>
        failure.IsCausedBy<RequestFailedException>() || failure.IsCausedBy<ServiceBusException>()
            || failure.IsCausedBy<AggregateException>() || failure.IsCausedBy<HttpRequestException>()
        || failure.IsCausedBy<IOException>() || failure.IsCausedBy<TimeoutException>() || failure.IsCausedBy<OperationCanceledException>()
            || failure.IsCausedBy<AuthenticationFailedException>();

    /// <summary>Ends the timer. To be called when the orchestrator is about to end: it would not end before its timers.</summary>
    public void Close()
    {
        _stopLooking?.Invoke();
        _stopLooking = null;
    }

    private void Close(string id)
    {
        _open.Remove(id);
        if (_open.Count == 0) Close();
    }

    private void LookUp()
    {
        if (_stopLooking is not null) return;
        var looking = new CancellationTokenSource();
        _stopLooking = looking.Cancel;
        _ = LookUpAsync(looking.Token);
    }

    private async Task LookUpAsync(CancellationToken stopped)
    {
        for (var wait = FirstLook; ; wait = wait * 2 > MaxLook ? MaxLook : wait * 2)
        {
            if (stopped.IsCancellationRequested) return;
            try
            {
                await context.CreateTimer(wait, stopped);
            }
            catch (OperationCanceledException)
            {
                return;
            }

            foreach (var ids in _open.Where(o => !o.Value.Stop.Stopped.IsCompleted).Select(o => o.Key).ToList().Chunk(LookUpBatch))
            {
                foreach (var answer in await LookUpAsync(ids))
                {
                    if (_open.TryGetValue(answer.Id, out var open)) open.Found.TrySetResult(answer);
                }
            }
        }
    }

    // Nobody waits for the look itself: its failure is that of the tasks it was for.
    private async Task<IReadOnlyList<TaskAnswer>> LookUpAsync(IReadOnlyList<string> ids)
    {
        try
        {
            return await context.CallActivityAsync<IReadOnlyList<TaskAnswer>>(
                nameof(LookUpTasks), new LookUpTasks.Query(runId, ids), Infrastructure);
        }
        catch (TaskFailedException e)
        {
            return [.. ids.Select(id => new TaskAnswer(id, TaskState.Failure, Error: StepError.From(e.FailureDetails)))];
        }
    }

    private sealed record Open(StopSignal Stop)
    {
        /// <summary>The answer that was found in the store, when the event did not come.</summary>
        public TaskCompletionSource<TaskAnswer> Found { get; } = new();
    }
}

/// <summary>Tasks that were at work when they were stopped, by id.</summary>
/// <param name="Queued">Those that were sent to a queue.</param>
/// <param name="Direct">Those that activities run.</param>
internal sealed record StoppedTasks(IReadOnlyList<string> Queued, IReadOnlyList<string> Direct)
{
    /// <summary>There are some.</summary>
    internal bool Any => Queued.Count + Direct.Count > 0;
}
