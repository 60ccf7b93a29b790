using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Azure.Data.Tables;
using Microsoft.Extensions.DependencyInjection;
using Serverless.Http;
using Serverless.Monitoring.Store;
using Serverless.Storage;

namespace Serverless.Monitoring.Changes;

/// <summary>The changes of the last hour, in minute partitions: gzip JSON, so that hundreds of changes cost one write.</summary>
internal sealed class ChangeStore([FromKeyedServices(ChangeStore.TableName)] LazyTable table, TimeProvider time)
{
    /// <summary>The table's name.</summary>
    public const string TableName = "Changes";

    /// <summary>Changes are kept so long.</summary>
    public static readonly TimeSpan Kept = TimeSpan.FromHours(1);

    /// <summary>A reader that was away for longer reads everything again, which costs less.</summary>
    public static readonly TimeSpan MaxAway = TimeSpan.FromMinutes(15);

    // A cursor moves on without changes, too, so that it never falls behind that.
    private static readonly TimeSpan Idle = TimeSpan.FromMinutes(5);

    private const string Data = "Data";
    private const int InstanceLength = 12;
    private const int MaxChanges = 1_000;

    /// <summary>Adds a row, or replaces it when it is tried again within its minute.</summary>
    internal async Task WriteAsync(
        ChangePosition position, DateTimeOffset now, IReadOnlyList<Change> changes, CancellationToken cancellationToken)
    {
        var client = await table.GetAsync(cancellationToken);
        var key = string.Create(CultureInfo.InvariantCulture, $"{position.Instance[..InstanceLength]}-{position.Number:D10}");
        var row = new TableEntity(ChangeCursor.BuildKey(now), key)
        {
            [Data] = Gzip.Compress(JsonSerializer.SerializeToUtf8Bytes(changes, AppJson.Options)),
        };
        await client.UpsertEntityAsync(row, TableUpdateMode.Replace, cancellationToken);
    }

    /// <summary>Reads the changes since a cursor.</summary>
    /// <param name="after">How far the reader has come; null for one that begins, which is told no changes.</param>
    /// <param name="cancellationToken">Ends the read.</param>
    public async Task<ChangePage> ReadAsync(ChangeCursor? after, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        if (after is not null && (after.Minute < now - MaxAway || after.Minute > now.AddMinutes(2)))
            return await BeginAsync(now, isReset: true, cancellationToken);
        if (after is null) return await BeginAsync(now, isReset: false, cancellationToken);

        var changes = new Dictionary<(string, string?), Change>();
        var read = new List<(string Minute, ChangePosition Position)>();
        await foreach (var row in ReadRowsAsync(after.From, now, cancellationToken))
        {
            // Within a minute rows are not in the order of time: a page ends between two minutes.
            if (changes.Count >= MaxChanges && row.PartitionKey != read[^1].Minute) break;
            var position = Position(row);
            read.Add((row.PartitionKey, position));
            if (position.Number <= after.Positions.GetValueOrDefault(position.Instance)) continue;
            foreach (var change in JsonSerializer.Deserialize<Change[]>(Gzip.Decompress(row.GetBinary(Data)), AppJson.Options)!)
                changes[(change.Kind, change.Id)] = change;
        }

        if (changes.Count == 0 && after.Minute > now - Idle) return new ChangePage([], after.ToString(), IsReset: false);
        var minute = changes.Count == 0 ? now.AddMinutes(-1) : Min(ChangeCursor.MinuteOf(read.Max(r => r.Minute)!), now);
        return new ChangePage([.. changes.Values.OrderBy(c => c.At)], Cursor(Max(minute, after.Minute), read).ToString(), IsReset: false);
    }

    /// <summary>Deletes what is older than an hour.</summary>
    public async Task PurgeAsync(CancellationToken cancellationToken)
    {
        var client = await table.GetAsync(cancellationToken);
        var filter = TableClient.CreateQueryFilter($"PartitionKey lt {ChangeCursor.BuildKey(time.GetUtcNow() - Kept)}");
        await foreach (var page in client.QueryAsync<TableEntity>(
            filter, select: ["PartitionKey", "RowKey"], cancellationToken: cancellationToken).AsPages())
            await RowDeletion.DeleteAsync(client, page.Values, cancellationToken);
    }

    private async Task<ChangePage> BeginAsync(DateTimeOffset now, bool isReset, CancellationToken cancellationToken)
    {
        var read = new List<(string, ChangePosition)>();
        await foreach (var row in ReadRowsAsync(now.AddMinutes(-1), now, cancellationToken)) read.Add((row.PartitionKey, Position(row)));
        return new ChangePage([], Cursor(now, read).ToString(), isReset);
    }

    private async IAsyncEnumerable<TableEntity> ReadRowsAsync(
        DateTimeOffset from, DateTimeOffset now, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var client = await table.GetAsync(cancellationToken);
        var filter = TableClient.CreateQueryFilter(
            $"PartitionKey ge {ChangeCursor.BuildKey(from)} and PartitionKey le {ChangeCursor.BuildKey(now.AddMinutes(1))}");
        await foreach (var row in client.QueryAsync<TableEntity>(filter, cancellationToken: cancellationToken)) yield return row;
    }

    private static ChangeCursor Cursor(DateTimeOffset minute, IEnumerable<(string Minute, ChangePosition Position)> read)
    {
        var cursor = new ChangeCursor(ChangeCursor.MinuteOf(ChangeCursor.BuildKey(minute)), new Dictionary<string, long>());
        var from = ChangeCursor.BuildKey(cursor.From);
        return cursor with
        {
            Positions = read.Where(r => string.CompareOrdinal(r.Minute, from) >= 0).GroupBy(r => r.Position.Instance)
                .ToDictionary(g => g.Key, g => g.Max(r => r.Position.Number), StringComparer.Ordinal),
        };
    }

    private static ChangePosition Position(TableEntity row) => new(
        row.RowKey[..InstanceLength], long.Parse(row.RowKey.AsSpan(InstanceLength + 1), CultureInfo.InvariantCulture));

    private static DateTimeOffset Min(DateTimeOffset a, DateTimeOffset b) => a < b ? a : b;

    private static DateTimeOffset Max(DateTimeOffset a, DateTimeOffset b) => a > b ? a : b;
}

/// <summary>The changes since a cursor.</summary>
/// <param name="Changes">By time, one for each thing.</param>
/// <param name="Next">The value for the next <c>after</c>.</param>
/// <param name="IsReset">The cursor was too old: what changed since is not known, everything has to be read again.</param>
internal sealed record ChangePage(
    IReadOnlyList<Change> Changes, string Next, [property: System.Text.Json.Serialization.JsonPropertyName("reset")] bool IsReset);
