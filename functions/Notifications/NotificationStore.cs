using System.Globalization;
using Azure;
using Azure.Data.Tables;
using Microsoft.Extensions.DependencyInjection;
using Serverless.Monitoring.Changes;
using Serverless.Storage;

namespace Serverless.Notifications;

/// <summary>The notifications, and which of them wait.</summary>
internal sealed class NotificationStore(
    [FromKeyedServices(NotificationStore.TableName)] LazyTable lazyTable, TimeProvider time, ChangeLog? changes = null)
{
    /// <summary>The table's name.</summary>
    public const string TableName = "Notifications";

    private const int MaxErrorLength = 1_000;
    private const int ParallelDeletes = 16;

    /// <summary>Accepts a notification, in one transaction with its place among those that wait.</summary>
    /// <param name="notification">What is to be delivered; its id and its times are set here.</param>
    /// <param name="due">Not before.</param>
    /// <param name="window">How long its key is remembered.</param>
    /// <param name="cancellationToken">Cancels the write.</param>
    /// <returns>The notification; the earlier one when its key is known.</returns>
    public async Task<(Notification Notification, bool IsNew)> AddAsync(
        Notification notification, DateTimeOffset due, TimeSpan window, CancellationToken cancellationToken)
    {
        var table = await lazyTable.GetAsync(cancellationToken);
        var now = time.GetUtcNow();
        var id = Guid.CreateVersion7(now).ToString("N");
        id = NotificationRows.HashPartition(notification.Key ?? id) + id;
        notification = notification with { Id = id, CreatedAt = now, Due = due < now ? now : due, State = NotificationState.Pending };
        while (true)
        {
            var known = notification.Key is { } key ? await FindKeyAsync(table, key, cancellationToken) : null;
            if (known is not null && known.GetDateTimeOffset(NotificationRows.CreatedAt) + window > now
                && await FindAsync(known.GetString(NotificationRows.Id), cancellationToken) is { } earlier) return (earlier, false);
            try
            {
                await table.SubmitTransactionAsync([.. AddActions(notification, known)], cancellationToken);
                Note(notification);
                return (notification, true);
            }
            catch (TableTransactionFailedException e) when (e.Status is 409 or 412 && notification.Key is not null)
            {
                // Somebody else has just taken the key.
            }
        }
    }

    /// <summary>Null when there is no such notification.</summary>
    public async Task<Notification?> FindAsync(string id, CancellationToken cancellationToken) =>
        await FindRowAsync(id, cancellationToken) is { } row ? NotificationRows.ToNotification(row) : null;

    /// <summary>A page of notifications.</summary>
    /// <param name="state">In this state; null for any.</param>
    /// <param name="size">On a page, 1 to 1,000. A page may have fewer though more follow.</param>
    /// <param name="continuation">Where the previous page ended; null for the first.</param>
    /// <param name="cancellationToken">Cancels the read.</param>
    public async Task<(IReadOnlyList<Notification> Notifications, string? Continuation)> ListAsync(
        NotificationState? state, int size, string? continuation, CancellationToken cancellationToken)
    {
        var table = await lazyTable.GetAsync(cancellationToken);
        var filter = TableClient.CreateQueryFilter($"RowKey ge {"i-"} and RowKey lt {"i."}");
        if (state is { } wanted) filter += " and " + TableClient.CreateQueryFilter($"State eq {wanted.ToString()}");
        await foreach (var page in table.QueryAsync<TableEntity>(filter, size, cancellationToken: cancellationToken)
            .AsPages(continuation, size))
            return ([.. page.Values.Select(NotificationRows.ToNotification)], page.ContinuationToken);
        return ([], null);
    }

    /// <summary>Claims notifications of a partition that are due: what one claims, no other gets before the claim ends.</summary>
    /// <param name="partition">From 0 to <see cref="NotificationRows.Partitions"/>.</param>
    /// <param name="max">At most so many.</param>
    /// <param name="claimTime">How long the claim holds.</param>
    /// <param name="cancellationToken">Cancels the work.</param>
    internal async Task<List<Claim>> ClaimAsync(int partition, int max, TimeSpan claimTime, CancellationToken cancellationToken)
    {
        var table = await lazyTable.GetAsync(cancellationToken);
        var now = time.GetUtcNow();
        var key = partition.ToString(CultureInfo.InvariantCulture);
        var until = NotificationRows.BuildPendingUntil(now.AddTicks(1));
        var filter = TableClient.CreateQueryFilter(
            $"PartitionKey eq {key} and RowKey ge {"p-"} and RowKey lt {until} and ClaimedUntil le {now}");
        var claims = new List<Claim>();
        await foreach (var row in table.QueryAsync<TableEntity>(filter, max, cancellationToken: cancellationToken))
        {
            row[NotificationRows.Claimed] = now + claimTime;

            // Otherwise another instance was faster.
            if (await table.TryUpdateAsync(row, row.ETag, TableUpdateMode.Replace, cancellationToken))
                claims.Add(new Claim(row.GetString(NotificationRows.Id), row.RowKey));
            if (claims.Count == max) break;
        }

        return claims;
    }

    /// <summary>Takes a claimed notification from those that wait: its delivery is in the queue.</summary>
    internal async Task MarkQueuedAsync(Claim claim, CancellationToken cancellationToken)
    {
        var table = await lazyTable.GetAsync(cancellationToken);

        // It may be delivered already: then its state is newer than this one.
        await ChangeAsync(
            claim.Id, n => n.State == NotificationState.Pending ? n with { State = NotificationState.Queued } : null, cancellationToken);
        await table.DeleteEntityAsync(NotificationRows.PartitionOf(claim.Id), claim.RowKey, ETag.All, cancellationToken);
    }

    /// <summary>Puts a notification off.</summary>
    /// <param name="id">The notification.</param>
    /// <param name="due">Until then.</param>
    /// <param name="claim">Its place among those that wait, when it has one.</param>
    /// <param name="cancellationToken">Cancels the write.</param>
    internal async Task PostponeAsync(string id, DateTimeOffset due, Claim? claim, CancellationToken cancellationToken)
    {
        var table = await lazyTable.GetAsync(cancellationToken);
        if (await FindRowAsync(id, cancellationToken) is not { } row) return;
        var notification = NotificationRows.ToNotification(row);

        // Another round has another task, since the queue takes the same one only once.
        var next = notification with { Due = due, State = NotificationState.Pending, Round = notification.Round + 1 };
        List<TableTransactionAction> actions =
        [
            new(TableTransactionActionType.UpdateReplace, NotificationRows.ToRow(next), row.ETag),
            new(TableTransactionActionType.UpsertReplace, NotificationRows.ToPendingRow(next)),
        ];
        if (claim is not null)
            actions.Add(
                new TableTransactionAction(
                    TableTransactionActionType.Delete, new TableEntity(row.PartitionKey, claim.RowKey) { ETag = ETag.All }));
        await table.SubmitTransactionAsync(actions, cancellationToken);
        Note(next);
    }

    /// <summary>Notes that the receiver took it.</summary>
    internal Task MarkDeliveredAsync(string id, CancellationToken cancellationToken) => ChangeAsync(
        id, n => n with { State = NotificationState.Delivered, EndedAt = time.GetUtcNow(), Attempts = n.Attempts + 1, Error = null },
        cancellationToken);

    /// <summary>Notes that a delivery failed.</summary>
    internal Task MarkFailedAsync(string id, string error, bool isLast, CancellationToken cancellationToken) => ChangeAsync(
        id,
        n => n.State == NotificationState.Delivered ? null : n with
        {
            State = isLast ? NotificationState.Failed : NotificationState.Retrying,
            EndedAt = isLast ? time.GetUtcNow() : null,
            Attempts = n.Attempts + 1,
            Error = error.Length > MaxErrorLength ? error[..MaxErrorLength] : error,
        },
        cancellationToken);

    /// <summary>Deletes notifications that ended before a time, and keys that are as old.</summary>
    /// <returns>How many notifications.</returns>
    internal async Task<long> DeleteEndedAsync(DateTimeOffset before, CancellationToken cancellationToken)
    {
        var table = await lazyTable.GetAsync(cancellationToken);
        var deleted = 0L;
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = ParallelDeletes, CancellationToken = cancellationToken };
        foreach (var partition in NotificationRows.AllPartitions)
        {
            // Ids begin with the time: what came later is not looked at.
            var until = NotificationRows.BuildIdRowsUntil(partition, before);
            var filter = TableClient.CreateQueryFilter($"PartitionKey eq {partition} and RowKey ge {"i-"} and RowKey lt {until}")
                + TableClient.CreateQueryFilter($" and EndedAt lt {before}");
            var rows = table.QueryAsync<TableEntity>(
                filter, select: ["PartitionKey", "RowKey", NotificationRows.Key], cancellationToken: cancellationToken);
            await Parallel.ForEachAsync(rows, parallel, async (row, token) =>
            {
                if (row.GetString(NotificationRows.Key) is { } key) await DeleteKeyAsync(table, key, row.RowKey[2..], token);
                var answer = await table.DeleteEntityAsync(row.PartitionKey, row.RowKey, ETag.All, token);
                if (answer.Status != 404) Interlocked.Increment(ref deleted);
            });
        }

        return deleted;
    }

    // A later notification may have the key by now.
    private static async Task DeleteKeyAsync(TableClient table, string key, string id, CancellationToken cancellationToken)
    {
        if (await FindKeyAsync(table, key, cancellationToken) is not { } row || row.GetString(NotificationRows.Id) != id) return;
        try
        {
            await table.DeleteEntityAsync(row.PartitionKey, row.RowKey, row.ETag, cancellationToken);
        }
        catch (RequestFailedException e) when (e.Status == 412)
        {
            // It has it just now.
        }
    }

    private static IEnumerable<TableTransactionAction> AddActions(Notification notification, TableEntity? knownKey)
    {
        yield return new TableTransactionAction(TableTransactionActionType.Add, NotificationRows.ToRow(notification));
        yield return new TableTransactionAction(TableTransactionActionType.Add, NotificationRows.ToPendingRow(notification));
        if (notification.Key is not { } key) yield break;
        var row = new TableEntity(NotificationRows.PartitionOf(notification.Id), NotificationRows.BuildKeyRow(key))
        {
            [NotificationRows.Id] = notification.Id,
            [NotificationRows.CreatedAt] = notification.CreatedAt,
        };
        yield return knownKey is null
            ? new TableTransactionAction(TableTransactionActionType.Add, row)
            : new TableTransactionAction(TableTransactionActionType.UpdateReplace, row, knownKey.ETag);
    }

    private void Note(Notification notification) =>
        changes?.Note(ChangeKinds.Notification, notification.Id, notification.State.ToString());

    private async Task ChangeAsync(string id, Func<Notification, Notification?> change, CancellationToken cancellationToken)
    {
        if (id.Length == 0) return;
        var table = await lazyTable.GetAsync(cancellationToken);
        Notification? changed = null;
        var (_, isWritten) = await table.ChangeAsync<TableEntity>(
            NotificationRows.PartitionOf(id), NotificationRows.BuildIdRow(id),
            row =>
            {
                changed = row is null ? null : change(NotificationRows.ToNotification(row));
                return changed is null ? null : NotificationRows.ToRow(changed);
            },
            cancellationToken);
        if (isWritten) Note(changed!);
    }

    private async Task<TableEntity?> FindRowAsync(string id, CancellationToken cancellationToken)
    {
        if (id.Length == 0) return null;
        var table = await lazyTable.GetAsync(cancellationToken);
        return await table.FindAsync<TableEntity>(NotificationRows.PartitionOf(id), NotificationRows.BuildIdRow(id), cancellationToken);
    }

    private static Task<TableEntity?> FindKeyAsync(TableClient table, string key, CancellationToken cancellationToken) =>
        table.FindAsync<TableEntity>(NotificationRows.HashPartition(key), NotificationRows.BuildKeyRow(key), cancellationToken);
}

/// <summary>A claim to put a notification into the queue.</summary>
internal sealed record Claim(string Id, string RowKey);
