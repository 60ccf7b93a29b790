using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;
using Serverless.Tasks.Sending;
using Serverless.Tasks.Store;

namespace Serverless.Workflows.Run;

/// <summary>Stops what a run has at work: what has not begun never does, and what runs is cancelled.</summary>
internal sealed class CancelPendingWork(ITaskClient tasks, TaskRevocations revocations, WorkflowOrchestrations orchestrations)
{
    private const int Parallel = 16;

    /// <summary>The tasks and orchestrations to stop.</summary>
    public sealed record Orders(string RunId, StoppedTasks Tasks, IReadOnlyList<StoppedOrchestration> Orchestrations);

    /// <summary>Stops it; what has ended stays as it is.</summary>
    [Function(nameof(CancelPendingWork))]
    public async Task RunAsync(
        [ActivityTrigger] Orders orders, [DurableClient] DurableTaskClient client, CancellationToken cancellationToken)
    {
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = Parallel, CancellationToken = cancellationToken };
        await System.Threading.Tasks.Parallel.ForEachAsync(
            orders.Tasks.Queued, parallel, async (task, token) => await tasks.RevokeAsync(task, token));

        // They have no row; what has ended by now is a wish that nobody reads.
        await System.Threading.Tasks.Parallel.ForEachAsync(
            orders.Tasks.Direct, parallel, async (task, token) => await revocations.AddAsync(task, token));
        foreach (var stopped in orders.Orchestrations)
        {
            if (orchestrations.Find(stopped.Orchestration) is { } known) await known.StopAsync(stopped.InstanceId, cancellationToken);
            if (await client.GetInstanceAsync(stopped.InstanceId, cancellationToken) is { IsCompleted: false })
                await client.TerminateInstanceAsync(stopped.InstanceId, "The workflow run was stopped.", cancellationToken);
        }
    }
}
