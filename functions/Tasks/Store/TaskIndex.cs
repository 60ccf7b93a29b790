using System.Runtime.CompilerServices;
using Azure.Data.Tables;
using Microsoft.Extensions.DependencyInjection;
using Serverless.Messaging;
using Serverless.Storage;

namespace Serverless.Tasks.Store;

/// <summary>
/// Finds tasks, the newest first. The rows of each partition are sorted by time, and are merged as they are read: a page costs what it
/// looks at, not what the table holds, and it looks at no more than a few thousand.
/// </summary>
internal sealed class TaskIndex([FromKeyedServices(TaskRows.TableName)] LazyTable table, QueueCatalog queues, TimeProvider time)
{
    /// <summary>The most rows that a page looks at. One that found less than was asked for by then says where to go on.</summary>
    public const int MaxLookedAt = 4_000;

    // Most pages are made of the first rows of each partition; what is rare is looked for in ever larger steps.
    private const int Ahead = 2;
    private const int Growth = 5;
    private const int MaxTablePage = MaxLookedAt / TaskKey.Partitions;

    // All but the result, which may be large.
    private static readonly string[] Columns =
    [
        TaskRows.PartitionKey, TaskRows.RowKey, TaskRows.State, TaskRows.Task, TaskRows.Queue, TaskRows.Tenant, TaskRows.ParentId,
        TaskRows.WorkflowId, TaskRows.Attempt, TaskRows.Redrives, TaskRows.Enqueued, TaskRows.Started, TaskRows.Ended, TaskRows.Due,
        TaskRows.Forgotten, TaskRows.Current, TaskRows.Total, TaskRows.Status, TaskRows.ErrorClass, TaskRows.ErrorType,
        TaskRows.ErrorMessage, TaskRows.RevokeRequested, TaskRows.Lost, TaskRows.IsIndex, TaskRows.Tags,
    ];

    /// <summary>A page of tasks.</summary>
    /// <param name="filter">Which.</param>
    /// <param name="size">At most so many.</param>
    /// <param name="after">Where the page before ended; null for the first.</param>
    /// <param name="cancellationToken">Ends the reads.</param>
    /// <exception cref="TaskValidationException">The place is from nowhere.</exception>
    public async Task<TaskPage> ListAsync(TaskFilter filter, int size, string? after, CancellationToken cancellationToken)
    {
        if (after is not null && !TaskKey.IsPlace(after))
            throw new TaskValidationException([("after", Http.PageQuery.UnknownPlace)]);

        var found = new List<TaskRecord>();
        var lookedAt = 0;
        await foreach (var (place, row) in MergeAsync(filter, size, after, cancellationToken))
        {
            if (Record(row) is { } task && filter.Matches(task, QueueOf)) found.Add(task);
            if (++lookedAt == MaxLookedAt || found.Count == size) return new TaskPage(found, place);
        }

        return new TaskPage(found, null);
    }

    /// <summary>The number of tasks.</summary>
    /// <param name="filter">Which.</param>
    /// <param name="isMeant">Which of them.</param>
    /// <param name="limit">Looks at no more.</param>
    /// <param name="cancellationToken">Ends the reads.</param>
    /// <returns>The number, and whether these are all.</returns>
    public async Task<(int Count, bool IsExact)> CountAsync(
        TaskFilter filter, Func<TaskRecord, bool> isMeant, int limit, CancellationToken cancellationToken)
    {
        var (count, lookedAt) = (0, 0);
        await foreach (var (_, row) in MergeAsync(filter, 1000, null, cancellationToken))
        {
            if (Record(row) is { } task && filter.Matches(task, QueueOf) && isMeant(task)) count++;
            if (++lookedAt == limit) return (count, false);
        }

        return (count, true);
    }

    private TaskRecord? Record(TableEntity? row) =>
        row is not null && !(row.GetDateTimeOffset(TaskRows.Forgotten) <= time.GetUtcNow()) ? TaskRows.ToRecord(row) : null;

    private string QueueOf(string lane) => queues.TryFindLane(lane, out var queue) ? queue.Name : lane;

    private async IAsyncEnumerable<(string Place, TableEntity? Row)> MergeAsync(
        TaskFilter filter, int size, string? after, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var client = await table.GetAsync(cancellationToken);
        var pageSize = Math.Clamp(size * Ahead / TaskKey.Partitions, 20, MaxTablePage);
        var readers = TaskKey.AllPartitions
            .Select(p => ReadAsync(client, Query(p, filter, after), pageSize).GetAsyncEnumerator(cancellationToken)).ToList();
        try
        {
            var hasRow = await Task.WhenAll(readers.Select(r => r.MoveNextAsync().AsTask()));
            var open = new PriorityQueue<IAsyncEnumerator<TableEntity>, string>(StringComparer.Ordinal);
            for (var i = 0; i < readers.Count; i++)
            {
                if (hasRow[i]) open.Enqueue(readers[i], readers[i].Current.RowKey);
            }

            while (open.TryDequeue(out var reader, out var place))
            {
                yield return (place, await FollowAsync(client, reader.Current, cancellationToken));
                if (await reader.MoveNextAsync()) open.Enqueue(reader, reader.Current.RowKey);
            }
        }
        finally
        {
            foreach (var reader in readers) await reader.DisposeAsync();
        }
    }

    private static async IAsyncEnumerable<TableEntity> ReadAsync(
        TableClient client, string query, int size, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        string? next = null;
        do
        {
            var pages = client.QueryAsync<TableEntity>(query, select: Columns, cancellationToken: cancellationToken);
            var page = await pages.AsPages(next, size).FirstAsync(cancellationToken);
            foreach (var row in page.Values) yield return row;
            next = page.ContinuationToken;
            size = Math.Min(size * Growth, MaxTablePage);
        }
        while (next is not null);
    }

    // A task that was sent again under the same id, after it was forgotten, has another place.
    private static async Task<TableEntity?> FollowAsync(TableClient client, TableEntity row, CancellationToken cancellationToken)
    {
        if (row.GetBoolean(TaskRows.IsIndex) != true) return row;
        var chosen = TaskKey.Row(row.RowKey[(row.RowKey.IndexOf('-', StringComparison.Ordinal) + 1)..]);
        var found = await client.GetEntityIfExistsAsync<TableEntity>(row.PartitionKey, chosen, Columns, cancellationToken);
        return found is { HasValue: true, Value: { } task } && task.GetDateTimeOffset(TaskRows.Enqueued) is { } sent
            && TaskKey.IndexRow(TaskKey.IdOf(chosen), sent) == row.RowKey ? task : null;
    }

    private static string Query(string partition, TaskFilter filter, string? after)
    {
        // Later is less: tasks before a time come after its place.
        var from = filter.Before is { } before ? TaskKey.At(before) : "";
        if (string.CompareOrdinal(after, from) > 0) from = after!;
        var to = filter.Since is { } since ? TaskKey.At(since) + TaskKey.ChosenPrefix : TaskKey.ChosenPrefix;
        return TableClient.CreateQueryFilter($"PartitionKey eq {partition} and RowKey gt {from} and RowKey lt {to}");
    }
}
