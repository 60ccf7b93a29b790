using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;
using Serverless.DeadLetters.Operations;
using Serverless.Messaging;
using Serverless.Orchestrations;

namespace Serverless.DeadLetters.TaskOperations;

/// <summary>Revokes or retries tasks, however many: a page at a time, the newest first.</summary>
internal static class TaskOperationOrchestrator
{
    private const int PagesAnExecution = 20;

    private static readonly QueueCatalog Queues = QueueCatalog.Load();

    private static readonly TaskOptions Retry = TaskOptions.FromRetryPolicy(
        new RetryPolicy(
            maxNumberOfAttempts: 10, firstRetryInterval: TimeSpan.FromSeconds(2), backoffCoefficient: 2,
            maxRetryInterval: TimeSpan.FromMinutes(2)));

    /// <summary>The orchestration's input, carried on from page to page.</summary>
    /// <param name="Operation">What is to be done.</param>
    /// <param name="Progress">What has been done.</param>
    /// <param name="After">Where the next page begins.</param>
    public sealed record Run(TaskOperation Operation, TaskOperationProgress Progress, string? After = null);

    /// <summary>Works until all are done.</summary>
    [Function(nameof(TaskOperationOrchestrator))]
    public static async Task<TaskOperationProgress> RunAsync([OrchestrationTrigger] TaskOrchestrationContext context)
    {
        var run = OrchestrationInput.Read<Run>(context);
        for (var page = 0; page < PagesAnExecution; page++)
        {
            context.SetCustomStatus(run.Progress);
            var found = await context.CallActivityAsync<TaskIdPage>(
                nameof(TaskOperationActivities.FindTasks), new FindTasksInput(run.Operation, run.After), Retry);
            var progress = run.Progress with { Found = run.Progress.Found + found.Count };
            foreach (var (queue, ids) in found.Ids.OrderBy(i => i.Key, StringComparer.Ordinal))
            {
                var done = await DoAsync(context, run.Operation, queue, ids, $"{page}");
                progress = progress with { Done = progress.Done + done, Passed = progress.Passed + ids.Count - done };
            }

            run = run with { Progress = progress, After = found.Next };
            if (found.Next is not null) continue;

            var last = progress with { Phase = "done" };
            context.SetCustomStatus(last);
            return last;
        }

        context.ContinueAsNew(run);
        return run.Progress;
    }

    private static async Task<int> DoAsync(
        TaskOrchestrationContext context, TaskOperation operation, string queue, IReadOnlyList<string> ids, string page)
    {
        if (operation.Kind == TaskOperationKind.Revoke)
            return await context.CallActivityAsync<int>(nameof(TaskOperationActivities.RevokeTasks), ids, Retry);
        if (!Queues.TryFind(queue, out var entry)) return 0;

        var requeue = new QueueOperation(
            $"{context.InstanceId}:{queue}:{page}", QueueOperationKind.Requeue, [.. entry.Lanes.Reverse()], new DeadLetterFilter(ids));
        var progress = await context.CallSubOrchestratorAsync<QueueOperationProgress>(
            nameof(QueueOperationOrchestrator), QueueOperationOrchestrator.Begin(requeue));
        return progress.Requeued;
    }
}
