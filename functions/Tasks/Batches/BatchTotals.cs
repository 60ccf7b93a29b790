using Azure.Data.Tables;
using Microsoft.Extensions.DependencyInjection;
using Serverless.Storage;

namespace Serverless.Tasks.Batches;

/// <summary>Reads a batch's counts: one row a shard, however many members it has.</summary>
internal sealed class BatchTotals([FromKeyedServices(BatchKeys.MembersTable)] LazyTable table)
{
    /// <summary>The counts as they are read, shard by shard: what changes meanwhile may be in one and not in another.</summary>
    public async Task<BatchCounts> ReadAsync(string batch, CancellationToken cancellationToken) =>
        (await LookAsync(batch, cancellationToken)).Counts;

    /// <summary>The counts of one moment; null when they change while they are read.</summary>
    public async Task<BatchCounts?> ReadAtOnceAsync(string batch, CancellationToken cancellationToken)
    {
        var first = await LookAsync(batch, cancellationToken);

        // Something is open, in whatever order it was read.
        if (first.Counts.Pending > 0) return null;

        // Between two looks that saw the same rows, all of them were as they are at once.
        var second = await LookAsync(batch, cancellationToken);
        return first.Versions == second.Versions ? second.Counts : null;
    }

    /// <summary>True when a member is known and has not ended.</summary>
    public async Task<bool> IsPendingAsync(string batch, string member, CancellationToken cancellationToken)
    {
        var client = await table.GetAsync(cancellationToken);
        var partition = BatchKeys.PartitionOf(batch, member);
        return await client.FindAsync<TableEntity>(partition, BatchKeys.BuildEndedRow(member), cancellationToken) is null
            && await IsMemberAsync(batch, member, cancellationToken);
    }

    /// <summary>True when a member is known, whether or not it has ended.</summary>
    public async Task<bool> IsMemberAsync(string batch, string member, CancellationToken cancellationToken)
    {
        var client = await table.GetAsync(cancellationToken);
        var partition = BatchKeys.PartitionOf(batch, member);
        return await client.FindAsync<TableEntity>(partition, BatchKeys.BuildAddedRow(member), cancellationToken) is not null;
    }

    /// <summary>The counts of a row.</summary>
    public static BatchCounts ToCounts(TableEntity row) => new(
        row.GetInt64(nameof(BatchCounts.Added)) ?? 0, row.GetInt64(nameof(BatchCounts.Succeeded)) ?? 0,
        row.GetInt64(nameof(BatchCounts.Failed)) ?? 0, row.GetInt64(nameof(BatchCounts.Revoked)) ?? 0);

    private async Task<(BatchCounts Counts, string Versions)> LookAsync(string batch, CancellationToken cancellationToken)
    {
        var client = await table.GetAsync(cancellationToken);
        var rows = await Task.WhenAll(
            BatchKeys.PartitionsOf(batch).Select(p => client.FindAsync<TableEntity>(p, BatchKeys.CountsRow, cancellationToken)));
        return (rows.OfType<TableEntity>().Aggregate(BatchCounts.None, (sum, row) => sum + ToCounts(row)),
            string.Join(' ', rows.Select(row => row?.ETag.ToString() ?? "")));
    }
}
