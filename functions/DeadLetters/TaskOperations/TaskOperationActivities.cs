using Microsoft.Azure.Functions.Worker;
using Serverless.Messaging;
using Serverless.Tasks;
using Serverless.Tasks.Sending;
using Serverless.Tasks.Store;

namespace Serverless.DeadLetters.TaskOperations;

/// <summary>The steps of <see cref="TaskOperationOrchestrator"/>. One that runs twice does nothing twice.</summary>
internal sealed class TaskOperationActivities(TaskIndex index, ITaskClient tasks, QueueCatalog queues)
{
    private const int Parallel = 16;

    // The ids of a page are part of the orchestration's history.
    private const int PageSize = 500;

    /// <summary>Finds the next tasks that are meant.</summary>
    [Function(nameof(FindTasks))]
    public async Task<TaskIdPage> FindTasks([ActivityTrigger] FindTasksInput input, CancellationToken cancellationToken)
    {
        var page = input.Operation.Ids is { } ids ? new TaskPage(await GetAsync(tasks, ids, cancellationToken), null)
            : await index.ListAsync(input.Operation.Filter, PageSize, input.After, cancellationToken);
        var meant = page.Tasks.Where(t => IsMeant(input.Operation.Kind, t) && t.Queue is not null);
        return new TaskIdPage(
            meant.GroupBy(t => queues.TryFindLane(t.Queue!, out var queue) ? queue.Name : t.Queue!, StringComparer.Ordinal)
                .ToDictionary(g => g.Key, g => (IReadOnlyList<string>)[.. g.Select(t => t.Id)], StringComparer.Ordinal),
            page.Next);
    }

    /// <summary>Revokes tasks.</summary>
    /// <returns>How many; the others have ended.</returns>
    [Function(nameof(RevokeTasks))]
    public async Task<int> RevokeTasks([ActivityTrigger] IReadOnlyList<string> ids, CancellationToken cancellationToken)
    {
        var revoked = 0;
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = Parallel, CancellationToken = cancellationToken };
        await System.Threading.Tasks.Parallel.ForEachAsync(ids, parallel, async (id, token) =>
        {
            if (await tasks.RevokeAsync(id, token)) Interlocked.Increment(ref revoked);
        });
        return revoked;
    }

    /// <summary>Reads tasks by their ids; those that there are none of are left out.</summary>
    internal static async Task<IReadOnlyList<TaskRecord>> GetAsync(
        ITaskClient tasks, IReadOnlyList<string> ids, CancellationToken cancellationToken)
    {
        var found = new TaskRecord?[ids.Count];
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = Parallel, CancellationToken = cancellationToken };
        await System.Threading.Tasks.Parallel.ForAsync(
            0, ids.Count, parallel, async (i, token) => found[i] = await tasks.GetAsync(ids[i], token));
        return [.. found.OfType<TaskRecord>()];
    }

    /// <summary>True when an operation can do anything for a task.</summary>
    internal static bool IsMeant(TaskOperationKind kind, TaskRecord task) =>
        kind == TaskOperationKind.Retry ? task.State == TaskState.Failure : !task.IsFinal;
}

/// <summary>The place at which a page of an operation's tasks begins.</summary>
internal sealed record FindTasksInput(TaskOperation Operation, string? After);
