using System.Runtime.CompilerServices;
using Azure;
using Azure.Data.Tables;

namespace Serverless.Storage;

/// <summary>Reads partitions side by side, whose rows are sorted alike, as one sorted row after the other.</summary>
internal static class RowMerge
{
    // What most pages need comes with the first look; what is rare is looked for in ever larger steps.
    private const int Growth = 5;

    /// <summary>
    /// Merges what is sorted by <paramref name="placeOf"/>. Of each only so much is read as is asked for, and what comes next.
    /// </summary>
    public static async IAsyncEnumerable<T> MergeAsync<T>(
        IEnumerable<IAsyncEnumerable<T>> sorted, Func<T, string> placeOf,
        [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var readers = sorted.Select(s => s.GetAsyncEnumerator(cancellationToken)).ToList();
        try
        {
            var hasMore = await Task.WhenAll(readers.Select(r => r.MoveNextAsync().AsTask()));
            var open = new PriorityQueue<IAsyncEnumerator<T>, string>(StringComparer.Ordinal);
            for (var i = 0; i < readers.Count; i++)
            {
                if (hasMore[i]) open.Enqueue(readers[i], placeOf(readers[i].Current));
            }

            while (open.TryDequeue(out var reader, out _))
            {
                yield return reader.Current;
                if (await reader.MoveNextAsync()) open.Enqueue(reader, placeOf(reader.Current));
            }
        }
        finally
        {
            foreach (var reader in readers) await reader.DisposeAsync();
        }
    }

    /// <summary>The rows of a query, in pages that grow.</summary>
    /// <param name="table">The table.</param>
    /// <param name="query">The filter.</param>
    /// <param name="columns">The columns that are wanted; null for all.</param>
    /// <param name="first">Rows of the first page.</param>
    /// <param name="maxSize">Rows of a page at most, up to 1,000.</param>
    /// <param name="isSearch">
    /// Most rows are not what is looked for: the second page is asked for when half of the first is read, so that those of several
    /// partitions come side by side.
    /// </param>
    /// <param name="cancellationToken">Ends the reads.</param>
    public static async IAsyncEnumerable<TableEntity> ReadAsync(
        TableClient table, string query, IEnumerable<string>? columns, int first, int maxSize, bool isSearch = false,
        [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        using var left = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var size = first;
        var isAhead = isSearch;
        var next = PageAsync(null);
        try
        {
            while (next is not null)
            {
                var page = await next;
                next = null;
                size = Math.Min(size * Growth, maxSize);
                for (var i = 0; i < page.Values.Count; i++)
                {
                    if (isAhead && i == page.Values.Count / 2) next = Follow(page);
                    yield return page.Values[i];
                }

                next ??= Follow(page);
                isAhead = false;
            }
        }
        finally
        {
            // What was asked for ahead and is not wanted any more.
            await left.CancelAsync();
            if (next is not null) await Task.WhenAny(next);
        }

        Task<Page<TableEntity>>? Follow(Page<TableEntity> page) =>
            page.ContinuationToken is { } token ? PageAsync(token) : null;

        async Task<Page<TableEntity>> PageAsync(string? from) => await table.QueryAsync<TableEntity>(
            query, select: columns, cancellationToken: left.Token).AsPages(from, size).FirstAsync(left.Token);
    }
}
