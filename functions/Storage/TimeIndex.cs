using System.Globalization;
using System.IO.Hashing;
using System.Runtime.CompilerServices;
using System.Text;
using Azure.Data.Tables;

namespace Serverless.Storage;

/// <summary>
/// Rows of a table in the order of time, the newest first, spread over partitions: one for each hour and shard. What is written at once
/// goes to sixteen of them, a list is merged of an hour's shards, hour by hour, and what is old is found without a look at what is not:
/// each costs what it returns, however much the table holds.
/// </summary>
/// <param name="name">Partitions begin with it; of any characters that no other partition of the table begins with.</param>
internal sealed class TimeIndex(string name)
{
    /// <summary>Partitions of an hour.</summary>
    public const int Shards = 16;

    private const int MinPage = 20;
    private const int MaxPage = 1_000;

    // The time in a row's key, and the least character after a hyphen, behind which keys with the same start end.
    private const int TimeDigits = 19;
    private const char End = '.';

    /// <summary>The key of the row of an id: keys sort by time, the newest first.</summary>
    public static string BuildRowKey(DateTimeOffset time, string id) => $"{NewestFirst.BuildKey(time)}-{id}";

    /// <summary>The start of the keys of all rows at or after a time is at most this.</summary>
    public static string BuildKeySince(DateTimeOffset time) => $"{NewestFirst.BuildKey(time)}-~";

    /// <summary>True for a key that <see cref="BuildRowKey"/> may have made.</summary>
    public static bool IsPlace(string text) => text.Length > TimeDigits && text.AsSpan(0, TimeDigits).IndexOfAnyExceptInRange('0', '9') < 0
        && text[TimeDigits] == '-';

    /// <summary>An empty row for an id.</summary>
    public TableEntity CreateRow(DateTimeOffset time, string id)
    {
        var key = BuildRowKey(time, id);
        return new TableEntity(PartitionOf(key), key);
    }

    /// <summary>The partition of a row.</summary>
    /// <param name="rowKey">The row's key.</param>
    /// <param name="together">Rows of an hour with the same word share a shard, for one transaction; null for a shard by the key.</param>
    public string PartitionOf(string rowKey, string? together = null)
    {
        var shard = XxHash3.HashToUInt64(Encoding.UTF8.GetBytes(together ?? rowKey)) % Shards;
        return string.Create(CultureInfo.InvariantCulture, $"{HourOf(rowKey)}-{shard:x}");
    }

    /// <summary>The rows of a time, the newest first.</summary>
    /// <param name="table">The table.</param>
    /// <param name="slice">Which.</param>
    /// <param name="size">About so many are wanted.</param>
    /// <param name="columns">The columns that are wanted, the keys among them; null for all.</param>
    /// <param name="cancellationToken">Ends the reads.</param>
    public async IAsyncEnumerable<TableEntity> ReadAsync(
        TableClient table, TimeSlice slice, int size, IEnumerable<string>? columns = null,
        [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var page = Math.Clamp(size, MinPage, MaxPage);
        var from = slice.From is { } first ? HourOf(first) : $"{name}-";
        var to = slice.To is { } last ? HourOf(last) + End : name + End;
        while (true)
        {
            // Hours with few rows come many in one request. The last may go on: it is read by shards.
            var (rows, isEnd) = await LookAsync(table, slice.BuildFilter($"PartitionKey ge '{from}' and PartitionKey lt '{to}'"));
            var hours = rows.GroupBy(HourOf, StringComparer.Ordinal).ToList();
            foreach (var hour in isEnd ? hours : hours[..^1])
            {
                foreach (var row in hour.OrderBy(r => r.RowKey, StringComparer.Ordinal)) yield return row;
            }

            if (isEnd) yield break;
            var shards = Enumerable.Range(0, Shards).Select(shard => RowMerge.ReadAsync(
                table, slice.BuildFilter(string.Create(CultureInfo.InvariantCulture, $"PartitionKey eq '{hours[^1].Key}-{shard:x}'")),
                columns, Math.Clamp(2 * size / Shards, MinPage, MaxPage), MaxPage, cancellationToken: cancellationToken));
            await foreach (var row in RowMerge.MergeAsync(shards, r => r.RowKey, cancellationToken)) yield return row;
            from = hours[^1].Key + End;
        }

        async Task<(List<TableEntity> Rows, bool IsEnd)> LookAsync(TableClient client, string filter)
        {
            var pages = client.QueryAsync<TableEntity>(filter, page, columns, cancellationToken).AsPages();
            await foreach (var found in pages)
            {
                // Where partitions lie on several servers, a page may be empty and not the last.
                if (found.Values.Count > 0 || found.ContinuationToken is null)
                    return ([.. found.Values], found.ContinuationToken is null);
            }

            return ([], true);
        }
    }

    /// <summary>The rows from before a time, in no order: what is deleted is found again by nobody.</summary>
    public IAsyncEnumerable<Azure.Page<TableEntity>> ReadOlderAsync(
        TableClient table, DateTimeOffset before, string? filter, IEnumerable<string>? columns, int size,
        CancellationToken cancellationToken)
    {
        var slice = new TimeSlice { From = NewestFirst.BuildKey(before) + End, Filter = filter };
        var query = slice.BuildFilter($"PartitionKey ge '{HourOf(slice.From)}' and PartitionKey lt '{name + End}'");
        return table.QueryAsync<TableEntity>(query, size, columns, cancellationToken).AsPages();
    }

    private string HourOf(string rowKey)
    {
        var ticks = ulong.Parse(rowKey.AsSpan(0, TimeDigits), NumberStyles.None, CultureInfo.InvariantCulture);
        return string.Create(CultureInfo.InvariantCulture, $"{name}-{ticks / (ulong)TimeSpan.TicksPerHour:D8}");
    }

    private static string HourOf(TableEntity row) => row.PartitionKey[..row.PartitionKey.LastIndexOf('-')];
}

/// <summary>Which rows of a <see cref="TimeIndex"/>.</summary>
internal sealed record TimeSlice
{
    /// <summary>
    /// Rows after this key: the place where a page ended, or <see cref="NewestFirst.BuildKey"/> of a time for rows before it.
    /// </summary>
    public string? From { get; init; }

    /// <summary>Rows before this key: <see cref="TimeIndex.BuildKeySince"/> of a time for rows since then.</summary>
    public string? To { get; init; }

    /// <summary>A filter of their columns; null for all.</summary>
    public string? Filter { get; init; }

    /// <summary>Of these rows those from before a time, and of its own millisecond.</summary>
    public TimeSlice Before(DateTimeOffset time) =>
        NewestFirst.BuildKey(time) is var from && string.CompareOrdinal(From, from) < 0 ? this with { From = from } : this;

    /// <summary>Of these rows those at or after a time.</summary>
    public TimeSlice Since(DateTimeOffset time) =>
        TimeIndex.BuildKeySince(time) is var to && (To is null || string.CompareOrdinal(To, to) > 0) ? this with { To = to } : this;

    internal string BuildFilter(string partitions)
    {
        var query = new StringBuilder(partitions);
        if (From is not null) query.Append(TableClient.CreateQueryFilter($" and RowKey gt {From}"));
        if (To is not null) query.Append(TableClient.CreateQueryFilter($" and RowKey lt {To}"));
        if (Filter is not null) query.Append(" and (").Append(Filter).Append(')');
        return query.ToString();
    }
}
