using Microsoft.DurableTask.Client;
using Serverless.Jobs;
using Serverless.Workflows.Store;

namespace Serverless.Workflows;

/// <summary>Brings runs up to date that nobody looks at, and starts those that were recorded and never begun.</summary>
internal sealed class RunJobs(RunStore runs, RunFollower follower, RunStarter starter) : IJobKind
{
    /// <inheritdoc/>
    public IAsyncEnumerable<string> ListUnendedAsync(DateTimeOffset before, CancellationToken cancellationToken) =>
        runs.ListUnendedAsync(before, cancellationToken);

    /// <inheritdoc/>
    public async Task<bool> ReconcileAsync(DurableTaskClient client, string id, CancellationToken cancellationToken)
    {
        if (await runs.FindAsync(id, cancellationToken) is not { } run) return false;
        if (run.IsFinal)
        {
            // Whoever ended it may have died before the list was told.
            await runs.MoveAsync(id, run.Status, null, null, cancellationToken);
            return false;
        }

        run = await follower.FollowAsync(client, run, cancellationToken);
        return run.IsFinal || (run.Status == RunState.Pending && await starter.ResumeAsync(client, run, cancellationToken));
    }
}
