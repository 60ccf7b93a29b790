using System.Globalization;
using System.Runtime.CompilerServices;
using Azure;
using Azure.Data.Tables;

namespace Serverless.Storage;

/// <summary>
/// The hours of a <see cref="TimeIndex"/> in which something may not have ended: a row each, written before what it stands for, and deleted
/// once a look has found nothing. Who looks for what has not ended so passes by all hours in which everything has.
/// </summary>
/// <param name="partition">The partition of these rows.</param>
/// <param name="time">Says which hours are over.</param>
internal sealed class OpenHours(string partition, TimeProvider time)
{
    private const string Format = "yyyyMMddHH";

    // As far as the clocks of two instances may differ, and a write be on its way.
    private static readonly TimeSpan Settled = TimeSpan.FromHours(1);

    private string? _noted;

    /// <summary>Notes that something of a time begins, or begins again. Of the current hour each instance does so once.</summary>
    public async Task NoteAsync(TableClient table, DateTimeOffset began, CancellationToken cancellationToken)
    {
        var hour = KeyOf(began);
        if (hour == Volatile.Read(ref _noted)) return;
        await table.UpsertEntityAsync(RowOf(began), TableUpdateMode.Replace, cancellationToken);
        if (hour == KeyOf(time.GetUtcNow())) Volatile.Write(ref _noted, hour);
    }

    /// <summary>The row of an hour.</summary>
    public TableEntity RowOf(DateTimeOffset began) => new(partition, KeyOf(began));

    /// <summary>Lists all that has not ended, hour by hour, the oldest first.</summary>
    /// <param name="table">The table.</param>
    /// <param name="before">Hours that began before.</param>
    /// <param name="find">Finds what has not ended in a slice of the index.</param>
    /// <param name="cancellationToken">Ends the reads.</param>
    public async IAsyncEnumerable<T> ListAsync<T>(
        TableClient table, DateTimeOffset before, Func<TimeSlice, IAsyncEnumerable<T>> find,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var filter = TableClient.CreateQueryFilter($"PartitionKey eq {partition} and RowKey le {KeyOf(before)}");
        await foreach (var row in table.QueryAsync<TableEntity>(filter, cancellationToken: cancellationToken))
        {
            var hour = DateTimeOffset.ParseExact(row.RowKey, Format, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);
            var isOpen = false;
            var end = hour.AddHours(1).AddMilliseconds(-1);
            var slice = new TimeSlice { From = NewestFirst.BuildKey(end), To = TimeIndex.BuildKeySince(hour) };
            await foreach (var found in find(slice).WithCancellation(cancellationToken))
            {
                isOpen = true;
                yield return found;
            }

            if (!isOpen && hour.AddHours(1) + Settled < before) await CloseAsync(table, row, cancellationToken);
        }
    }

    // What began again meanwhile has noted its hour anew: the row has another tag, and stays.
    private static async Task CloseAsync(TableClient table, TableEntity row, CancellationToken cancellationToken)
    {
        try
        {
            await table.DeleteEntityAsync(row.PartitionKey, row.RowKey, row.ETag, cancellationToken);
        }
        catch (RequestFailedException e) when (e.Status is 404 or 412)
        {
            // The next look decides.
        }
    }

    private static string KeyOf(DateTimeOffset time) => time.UtcDateTime.ToString(Format, CultureInfo.InvariantCulture);
}
