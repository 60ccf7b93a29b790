using System.Runtime.CompilerServices;
using Azure;
using Azure.Data.Tables;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.DependencyInjection;
using Serverless.Storage;

namespace Serverless.Workflows.Store;

/// <summary>Finds the approvals that wait, the newest first: what it costs depends on them, and not on how many runs there are.</summary>
internal sealed class ApprovalIndex([FromKeyedServices(RunStore.TableName)] LazyTable lazyTable, RunStore runs, RunFollower follower)
{
    /// <summary>The approvals that wait. One that is listed and waits no more is unlisted on the way, and costs nothing again.</summary>
    /// <param name="client">Says whether their runs are still there.</param>
    /// <param name="size">About so many are wanted.</param>
    /// <param name="after">Where the page before ended; null for the first.</param>
    /// <param name="cancellationToken">Ends the reads.</param>
    public async IAsyncEnumerable<ListedApproval> ListAsync(
        DurableTaskClient client, int size, string? after, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var table = await lazyTable.GetAsync(cancellationToken);
        await foreach (var row in RunRows.Approvals.ReadAsync(
            table, new TimeSlice { From = after }, size, cancellationToken: cancellationToken))
        {
            var (id, name) = (row.GetString(RunRows.Id), row.GetString(RunRows.Step));
            var run = await runs.FindAsync(id, cancellationToken);
            if (run is not null) run = await follower.FollowAsync(client, run, cancellationToken);
            var step = run is { IsFinal: false } ? await runs.FindStepAsync(id, name, cancellationToken) : null;
            if (run is null or { IsFinal: true } || step is { IsFinal: true })
                await table.DeleteEntityAsync(row.PartitionKey, row.RowKey, ETag.All, cancellationToken);

            // One that is not recorded yet is about to be.
            else if (step is not null)
                yield return new ListedApproval(row.RowKey, run, step);
        }
    }
}

/// <summary>An approval in the list.</summary>
/// <param name="Place">Where it stands.</param>
/// <param name="Run">Its run.</param>
/// <param name="Step">Its step.</param>
internal sealed record ListedApproval(string Place, RunRecord Run, StepRecord Step);
