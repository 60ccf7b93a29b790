using Microsoft.Azure.Functions.Worker;
using Serverless.Tasks;
using Serverless.Tasks.Store;
using Serverless.Workflows.Values;

namespace Serverless.Workflows.Run;

/// <summary>Looks up tasks that an orchestration waits for: their event was lost, or their result was too large for it.</summary>
internal sealed class LookUpTasks(TaskStore store, RunBlobs blobs)
{
    /// <summary>Which tasks.</summary>
    public sealed record Query(string RunId, IReadOnlyList<string> Ids);

    /// <summary>Those that have ended; a large result is copied to the run, since the task's own copy is soon forgotten.</summary>
    [Function(nameof(LookUpTasks))]
    public async Task<IReadOnlyList<TaskAnswer>> RunAsync([ActivityTrigger] Query query, CancellationToken cancellationToken)
    {
        var answers = new List<TaskAnswer>();
        foreach (var ids in query.Ids.Chunk(16))
        {
            var found = await Task.WhenAll(ids.Select(id => FindAsync(query.RunId, id, cancellationToken)));
            answers.AddRange(found.OfType<TaskAnswer>());
        }

        return answers;
    }

    private async Task<TaskAnswer?> FindAsync(string runId, string id, CancellationToken cancellationToken)
    {
        if (await store.FindAsync(id, cancellationToken) is not { IsFinal: true, Ended: not null } task) return null;
        if (task.State != TaskState.Success)
            return new TaskAnswer(id, task.State, Error: StepError.From(task.State, task.Error), Attempts: task.Attempt + 1);
        return new TaskAnswer(
            id, task.State, await blobs.StoreAsync(runId, id, task.Result, cancellationToken), Attempts: task.Attempt + 1);
    }
}
