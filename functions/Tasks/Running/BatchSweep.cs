using Azure.Data.Tables;
using Microsoft.Extensions.DependencyInjection;
using Serverless.Storage;
using Serverless.Tasks.Batches;
using Serverless.Tasks.Store;

namespace Serverless.Tasks.Running;

/// <summary>
/// Looks after batches: completes those whose last member's host died before it could, and forgets what ended long ago. A member's message
/// that comes again does the same, so that there is rarely anything to do.
/// </summary>
internal sealed class BatchSweep(
    BatchStore batches, BatchTotals totals, BatchFollowUp followUp, [FromKeyedServices(BatchKeys.MembersTable)] LazyTable members,
    TimeProvider time)
{
    private static readonly TimeSpan KeptAfterEnd = TimeSpan.FromDays(7);

    // Of what nobody ever closed.
    private static readonly TimeSpan KeptOpen = TimeSpan.FromDays(90);

    // Clocks differ, and whoever opens one may be slow.
    private static readonly TimeSpan Young = TimeSpan.FromHours(1);

    /// <summary>Looks at all that have not completed.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        await foreach (var (id, noted) in batches.ListOpenAsync(cancellationToken))
        {
            var found = await batches.FindAsync(id, cancellationToken);
            if (found is null or { State: { Phase: BatchPhase.Completed, IsTold: true } })
            {
                if (found is not null || noted + Young < time.GetUtcNow()) await batches.SettleAsync(id, cancellationToken);
                continue;
            }

            if (found.State is { OnFailure: not null, FirstFailure: null }
                && await totals.ReadAsync(id, cancellationToken) is { Failed: > 0 })
                await followUp.TellFailureAsync(id, "", cancellationToken);
            await followUp.TryCompleteAsync(id, cancellationToken);
        }
    }

    /// <summary>Forgets what ended a week ago.</summary>
    /// <returns>How many batches.</returns>
    public async Task<int> PurgeAsync(CancellationToken cancellationToken)
    {
        var (purged, now) = (0, time.GetUtcNow());
        await foreach (var (id, index) in batches.ListOlderAsync(now - KeptAfterEnd, cancellationToken))
        {
            var found = await batches.FindAsync(id, cancellationToken);
            if (found is { State: var state } && !(state.Completed <= now - KeptAfterEnd) && state.Opened > now - KeptOpen) continue;
            await RemoveMembersAsync(id, cancellationToken);
            await batches.RemoveAsync(id, index, cancellationToken);
            purged++;
        }

        return purged;
    }

    private async Task RemoveMembersAsync(string id, CancellationToken cancellationToken)
    {
        var client = await members.GetAsync(cancellationToken);
        foreach (var partition in BatchKeys.PartitionsOf(id))
        {
            var filter = TableClient.CreateQueryFilter($"PartitionKey eq {partition}");
            await foreach (var page in client.QueryAsync<TableEntity>(filter, cancellationToken: cancellationToken).AsPages())
                await RowDeletion.RunAsync(client, page.Values, cancellationToken);
        }
    }
}
