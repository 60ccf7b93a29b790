using System.Runtime.CompilerServices;
using Azure.Data.Tables;
using Microsoft.Extensions.DependencyInjection;
using Serverless.Messaging;
using Serverless.Storage;

namespace Serverless.Tasks.Store;

/// <summary>
/// Finds tasks, the newest first. The rows of each partition are sorted by time, and are merged as they are read: a page costs what it
/// looks at, not what the table holds, and it looks at no more than a few thousand. A name, a tag, or a state that few end in is looked for
/// only where <see cref="TaskMarks"/> say that it is.
/// </summary>
internal sealed class TaskIndex([FromKeyedServices(TaskRows.TableName)] LazyTable table, QueueCatalog queues, TimeProvider time)
{
    /// <summary>The most rows that a page looks at. One that found less than was asked for by then says where to go on.</summary>
    public const int MaxLookedAt = 4_000;

    private const int Ahead = 2;
    private const int MaxTablePage = MaxLookedAt / TaskKey.Partitions;

    // A request takes as long as so many rows.
    private const int BucketCost = 20;
    private const int MarksAhead = 20;

    // The first look of a search through everything; the rest of what it may look at comes in one more.
    private const int SearchedFirst = 100;

    // What tells whether a row is a task's and is listed still, whatever else is asked.
    private static readonly string[] KnownColumns = [TaskRows.PartitionKey, TaskRows.RowKey, TaskRows.Forgotten, TaskRows.IsIndex];

    // All but the result, which may be large.
    private static readonly string[] Columns =
    [
        TaskRows.PartitionKey, TaskRows.RowKey, TaskRows.State, TaskRows.Task, TaskRows.Queue, TaskRows.Tenant, TaskRows.ParentId,
        TaskRows.WorkflowId, TaskRows.Attempt, TaskRows.Redrives, TaskRows.Enqueued, TaskRows.Started, TaskRows.Ended, TaskRows.Due,
        TaskRows.Forgotten, TaskRows.Current, TaskRows.Total, TaskRows.Status, TaskRows.ErrorClass, TaskRows.ErrorType,
        TaskRows.ErrorMessage, TaskRows.RevokeRequested, TaskRows.Lost, TaskRows.IsIndex, TaskRows.Tags, TaskRows.Batch,
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

        var client = await table.GetAsync(cancellationToken);
        var columns = ColumnsOf(filter);
        var (found, lookedAt, next) = (new List<TableEntity>(), 0, (string?)null);
        await foreach (var seen in MergeAsync(client, filter, size, after, columns, cancellationToken))
        {
            if (IsMeant(filter, seen.Row)) found.Add(seen.Row!);
            if ((lookedAt += seen.Cost) < MaxLookedAt && found.Count < size) continue;
            next = seen.Place;
            break;
        }

        var rows = columns == Columns ? found : await ReadAllAsync(client, found, cancellationToken);
        return new TaskPage([.. rows.Select(Record).OfType<TaskRecord>()], next);
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
        var client = await table.GetAsync(cancellationToken);
        var (count, lookedAt) = (0, 0);
        await foreach (var seen in MergeAsync(client, filter, 1000, null, Columns, cancellationToken))
        {
            if (IsMeant(filter, seen.Row) && isMeant(Record(seen.Row)!)) count++;
            if ((lookedAt += seen.Cost) >= limit) return (count, false);
        }

        return (count, true);
    }

    // A search that no mark narrows finds few of the rows that it looks at: of these it reads what the filter asks for, and no more.
    private static string[] ColumnsOf(TaskFilter filter) => !IsSearch(filter) ? Columns :
    [
        .. KnownColumns,
        .. filter.State is null ? [] : (string[])[TaskRows.State, TaskRows.RevokeRequested],
        .. filter.Queue is null ? [] : (string[])[TaskRows.Queue],
        .. filter.Since is null && filter.Before is null ? [] : (string[])[TaskRows.Enqueued],
        .. filter.Text is null ? [] : (string[])[TaskRows.Task, TaskRows.ErrorType, TaskRows.ErrorMessage],
    ];

    private static bool IsSearch(TaskFilter filter) =>
        TaskMarks.WordOf(filter) is null && filter is not { State: null, Queue: null, Text: null };

    private bool IsMeant(TaskFilter filter, TableEntity? row) => Record(row) is { } task && filter.Matches(task, QueueOf);

    private TaskRecord? Record(TableEntity? row) =>
        row is not null && !(row.GetDateTimeOffset(TaskRows.Forgotten) <= time.GetUtcNow()) ? TaskRows.ToRecord(row) : null;

    private string QueueOf(string lane) => queues.TryFindLane(lane, out var queue) ? queue.Name : lane;

    private static async Task<IReadOnlyList<TableEntity>> ReadAllAsync(
        TableClient client, List<TableEntity> rows, CancellationToken cancellationToken)
    {
        var found = await Task.WhenAll(rows.Select(row => client.GetEntityIfExistsAsync<TableEntity>(
            row.PartitionKey, row.RowKey, Columns, cancellationToken)));
        return [.. found.Where(row => row.HasValue).Select(row => row.Value!)];
    }

    private static async IAsyncEnumerable<SeenRow> MergeAsync(
        TableClient client, TaskFilter filter, int size, string? after, string[] columns,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        // Later is less: tasks before a time come after its place.
        var from = filter.Before is { } before ? TaskKey.FormatTime(before) : "";
        if (string.CompareOrdinal(after, from) > 0) from = after!;
        var to = filter.Since is { } since ? TaskKey.FormatTime(since) + TaskKey.ChosenPrefix : TaskKey.ChosenPrefix;
        var first = IsSearch(filter) ? SearchedFirst : Math.Clamp(size * Ahead / TaskKey.Partitions, 20, MaxTablePage);
        var partitions = TaskMarks.WordOf(filter) is { } word
            ? TaskKey.AllPartitions.Select(p => FindAsync(client, p, word, (from, to), first, columns, cancellationToken))
            : TaskKey.AllPartitions.Select(p => WalkAsync(client, Query(p, from, to), first, columns, IsSearch(filter), cancellationToken));
        await foreach (var seen in RowMerge.MergeAsync(partitions, s => s.Place, cancellationToken))
            yield return seen.Row is { } row ? seen with { Row = await FollowAsync(client, row, columns, cancellationToken) } : seen;
    }

    private static async IAsyncEnumerable<SeenRow> WalkAsync(
        TableClient client, string query, int first, string[] columns, bool isSearch,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var row in RowMerge.ReadAsync(client, query, columns, first, MaxTablePage, isSearch, cancellationToken))
            yield return new SeenRow(row.RowKey, row, 1);
    }

    // Only where a mark says that the word is.
    private static async IAsyncEnumerable<SeenRow> FindAsync(
        TableClient client, string partition, string word, (string From, string To) places, int first, string[] columns,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var marks = TaskMarks.WordFilter(partition, word, places.From, places.To);
        await foreach (var mark in RowMerge.ReadAsync(
            client, marks, [TaskRows.RowKey], MarksAhead, MaxTablePage, cancellationToken: cancellationToken))
        {
            var bucket = TaskMarks.BucketOf(mark.RowKey);
            var (from, end) = (string.CompareOrdinal(places.From, bucket) > 0 ? places.From : bucket, TaskMarks.EndOf(bucket));
            var query = Query(partition, from, string.CompareOrdinal(places.To, end) < 0 ? places.To : end);
            await foreach (var seen in WalkAsync(client, query, first, columns, isSearch: false, cancellationToken)) yield return seen;
            yield return new SeenRow(TaskMarks.GetLastPlace(bucket), null, BucketCost);
        }
    }

    // A task that was sent again under the same id, after it was forgotten, has another place.
    private static async Task<TableEntity?> FollowAsync(
        TableClient client, TableEntity row, string[] columns, CancellationToken cancellationToken)
    {
        if (row.GetBoolean(TaskRows.IsIndex) != true) return row;
        var chosen = TaskKey.BuildRow(row.RowKey[(row.RowKey.IndexOf('-', StringComparison.Ordinal) + 1)..]);
        var found = await client.GetEntityIfExistsAsync<TableEntity>(
            row.PartitionKey, chosen, columns.Union([TaskRows.Enqueued]), cancellationToken);
        return found is { HasValue: true, Value: { } task } && task.GetDateTimeOffset(TaskRows.Enqueued) is { } sent
            && TaskKey.IndexRow(TaskKey.IdOf(chosen), sent) == row.RowKey ? task : null;
    }

    private static string Query(string partition, string from, string to) =>
        TableClient.CreateQueryFilter($"PartitionKey eq {partition} and RowKey gt {from} and RowKey lt {to}");

    /// <summary>A step of a search.</summary>
    /// <param name="Place">How far it has come.</param>
    /// <param name="Row">A task; null where there is none any more, or none was.</param>
    /// <param name="Cost">The rows that it cost.</param>
    private readonly record struct SeenRow(string Place, TableEntity? Row, int Cost);
}
