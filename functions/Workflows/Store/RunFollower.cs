using Microsoft.DurableTask.Client;
using Serverless.Jobs;

namespace Serverless.Workflows.Store;

/// <summary>
/// Brings runs up to date whose orchestrations were stopped, failed or suspended without their rows being told: by the Durable
/// management API, or by the host. Where the orchestration of one that was started is gone, its history was deleted.
/// </summary>
internal sealed class RunFollower(RunStore runs)
{
    /// <summary>The run as its orchestration has it.</summary>
    public async Task<RunRecord> FollowAsync(DurableTaskClient client, RunRecord run, CancellationToken cancellationToken)
    {
        if (run.IsFinal) return run;
        var instance = await client.GetInstanceAsync(run.Id, cancellationToken);
        return (instance?.RuntimeStatus, run.Status) switch
        {
            (OrchestrationRuntimeStatus.Terminated, _) =>
                await MoveAsync(RunState.Cancelled, "Terminated", "It was terminated from outside."),
            (OrchestrationRuntimeStatus.Failed, _) => await MoveAsync(RunState.Failed, "Failure", await ReasonAsync()),

            (null, _) when run.IsBegun || run.Status is RunState.Running or RunState.Undoing =>
                await MoveAsync(RunState.Failed, "Lost", IJobRow.Lost),

            // Not stored: it may have been resumed, and not heard of it yet.
            (OrchestrationRuntimeStatus.Suspended, RunState.Running or RunState.Undoing) => run with { Status = RunState.Suspended },
            _ => run,
        };

        Task<RunRecord> MoveAsync(RunState state, string type, string message) =>
            runs.MoveAsync(run.Id, state, null, new StepError(type, message), cancellationToken);

        async Task<string> ReasonAsync() =>
            (await client.GetInstanceAsync(run.Id, getInputsAndOutputs: true, cancellationToken))?.FailureDetails?.ErrorMessage
                ?? "Its orchestration failed.";
    }
}
