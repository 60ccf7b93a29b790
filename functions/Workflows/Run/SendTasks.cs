using System.Collections.Concurrent;
using System.Text.Json;
using Microsoft.Azure.Functions.Worker;
using Serverless.Http;
using Serverless.Messaging;
using Serverless.Tasks;
using Serverless.Tasks.Sending;
using Serverless.Workflows.Store;

namespace Serverless.Workflows.Run;

/// <summary>Sends the tasks of an orchestration to their queues. Sent twice, each counts once: its id is the orchestrator's.</summary>
internal sealed class SendTasks(
    ITaskClient tasks, TaskRegistry registry, TaskRouter router, OrderArguments arguments, StepRecorder recorder)
{
    private const int Parallel = 16;

    // Longer than any orchestration is likely to be down: the result waits for it.
    private static readonly TimeSpan ResultTtl = TimeSpan.FromDays(7);

    /// <summary>The tasks to send, and the steps to write down on the way.</summary>
    public sealed record Batch(string RunId, string InstanceId, IReadOnlyList<TaskRequest> Orders, IReadOnlyList<StepRecord>? Steps = null);

    /// <summary>Returns the tasks that cannot be sent, with the reason: the others are on their way.</summary>
    [Function(nameof(SendTasks))]
    public async Task<IReadOnlyList<TaskAnswer>> RunAsync([ActivityTrigger] Batch batch, CancellationToken cancellationToken)
    {
        await recorder.RecordAsync(batch.RunId, batch.Steps, cancellationToken);
        var refused = new ConcurrentQueue<TaskAnswer>();
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = Parallel, CancellationToken = cancellationToken };
        await System.Threading.Tasks.Parallel.ForEachAsync(batch.Orders, parallel, async (order, token) =>
        {
            try
            {
                var args = await arguments.ResolveAsync(order, token);
                await tasks.SendAsync(order.Task, args, Options(batch, order), token);
            }
            catch (Exception e)
                when (e is TaskValidationException or UnknownTaskException or UnknownQueueException or TaskTooLargeException
                    or IdTakenException or JsonException)
            {
                refused.Enqueue(new TaskAnswer(order.Id, TaskState.Failure, Error: StepError.From(e)));
            }
        });
        return [.. refused];
    }

    private SendOptions Options(Batch batch, TaskRequest order) => new()
    {
        TaskId = order.Id,
        IsIdDerived = true,
        Queue = order.Queue
            ?? (order.RouteAs is { } task && registry.TryFind(task, out var definition) ? router.Route(definition).Name : null),
        MaxRetries = order.Retry?.MaxRetries,
        RetryDelay = order.Retry is { } retry ? TimeSpan.FromSeconds(retry.DelaySeconds) : null,
        RetryBackoff = order.Retry?.Backoff,
        ResultTtl = ResultTtl,
        ParentId = batch.InstanceId,
        WorkflowId = batch.RunId,
        NotifyInstance = batch.InstanceId,
    };
}
