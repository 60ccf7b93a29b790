using System.Globalization;
using Azure;
using Azure.Data.Tables;

namespace Serverless.Storage;

/// <summary>
/// The form of a table's keys, as a row of the table says it. What lies in the partitions of an older form is taken over before the table
/// is used: a copy that breaks off is gone on with, and what is known under its new key is newer. While the app is updated instances of the
/// older form may still write: they are looked after for a day.
/// </summary>
/// <param name="Table">The table's name.</param>
/// <param name="Version">The form that this app knows.</param>
/// <param name="Moves">The partitions of older forms, and what becomes of their rows.</param>
internal sealed record TableForm(string Table, int Version, IReadOnlyList<MovedPartition> Moves)
{
    private const string Key = "~form", Since = "Since", Looked = "Looked";

    private static readonly TimeSpan MinWait = TimeSpan.FromMinutes(10);

    // No update takes longer: by then no instance of the older form is alive.
    private static readonly TimeSpan Watched = TimeSpan.FromDays(1);

    /// <summary>Takes over what is of an older form.</summary>
    /// <param name="table">The table.</param>
    /// <param name="isNew">It was just created: nobody has written to it in an older form.</param>
    /// <param name="now">The time.</param>
    /// <param name="cancellationToken">Ends the requests.</param>
    /// <returns>When to look again for what older instances wrote; null for never.</returns>
    /// <exception cref="InvalidOperationException">The table is of a newer form.</exception>
    public async Task<DateTimeOffset?> MigrateAsync(TableClient table, bool isNew, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var found = await table.FindAsync<TableEntity>(Key, Key, cancellationToken);
        var version = found?.GetInt32(nameof(Version)) ?? 0;
        if (version > Version)
        {
            throw new InvalidOperationException(string.Create(
                CultureInfo.InvariantCulture,
                $"A newer version of the app wrote the table {Table} (form {version}; this one knows {Version}): " +
                $"start that version, or use another data folder or storage account."));
        }

        if (version == Version) return NextLook(found!);
        foreach (var move in Moves) await MoveAsync(table, move, cancellationToken);
        var row = new TableEntity(Key, Key) { [nameof(Version)] = Version };
        if (!isNew) row[Since] = row[Looked] = now;
        await table.UpsertEntityAsync(row, TableUpdateMode.Replace, cancellationToken);
        return NextLook(row);
    }

    /// <summary>Takes over what instances of an older form wrote since, unless another instance looks after that.</summary>
    /// <returns>When to look again; null for never.</returns>
    public async Task<DateTimeOffset?> LookAgainAsync(TableClient table, DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (await table.FindAsync<TableEntity>(Key, Key, cancellationToken) is not { } row || row.GetInt32(nameof(Version)) != Version)
            return null;
        if (!(NextLook(row) <= now)) return NextLook(row);
        row[Looked] = now;
        if (await table.TryUpdateAsync(row, row.ETag, TableUpdateMode.Replace, cancellationToken))
        {
            foreach (var move in Moves) await MoveAsync(table, move, cancellationToken);
        }

        return NextLook(row);
    }

    // After as long again as it is known by then: soon at first, and seldom later.
    private static DateTimeOffset? NextLook(TableEntity row)
    {
        if (row.GetDateTimeOffset(Since) is not { } since || row.GetDateTimeOffset(Looked) is not { } looked) return null;
        var known = looked - since;
        return known >= Watched ? null : looked + (known < MinWait ? MinWait : known);
    }

    private static async Task MoveAsync(TableClient table, MovedPartition move, CancellationToken cancellationToken)
    {
        var filter = TableClient.CreateQueryFilter($"PartitionKey eq {move.Partition}");
        var added = new HashSet<(string, string)>();
        await foreach (var row in table.QueryAsync<TableEntity>(filter, cancellationToken: cancellationToken))
        {
            foreach (var other in move.Become(row))
            {
                if (added.Add((other.PartitionKey, other.RowKey))) await AddAsync(table, other, cancellationToken);
            }

            if (!move.Stays) await table.DeleteEntityAsync(row.PartitionKey, row.RowKey, ETag.All, cancellationToken);
        }
    }

    private static async Task AddAsync(TableClient table, TableEntity row, CancellationToken cancellationToken)
    {
        try
        {
            await table.AddEntityAsync(row, cancellationToken);
        }
        catch (RequestFailedException e) when (e.Status == 409)
        {
            // It is there already.
        }
    }
}

/// <summary>A partition of an older form.</summary>
/// <param name="Partition">Its key.</param>
/// <param name="Become">The rows that take a row's place, or come beside it; none where it is needed no more.</param>
/// <param name="Stays">The row itself stays as well.</param>
internal sealed record MovedPartition(string Partition, Func<TableEntity, IEnumerable<TableEntity>> Become, bool Stays = false)
{
    /// <summary>A row with all its columns under another partition.</summary>
    public static TableEntity Under(string partition, TableEntity row) => new(row) { PartitionKey = partition };
}
