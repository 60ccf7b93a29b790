using System.Globalization;
using Azure;
using Azure.Data.Tables;

namespace Serverless.Storage;

/// <summary>
/// The form of a table's keys, as a row of the table says it. What lies in the partitions of an older form is taken over before the table
/// is used: a copy that breaks off is gone on with, and what is known under its new key is newer.
/// </summary>
/// <param name="Table">The table's name.</param>
/// <param name="Version">The form that this app knows.</param>
/// <param name="Moves">The partitions of older forms, and what becomes of their rows.</param>
internal sealed record TableForm(string Table, int Version, IReadOnlyList<MovedPartition> Moves)
{
    private const string Key = "~form";

    /// <summary>Takes over what is of an older form.</summary>
    /// <exception cref="InvalidOperationException">The table is of a newer form.</exception>
    public async Task MigrateAsync(TableClient table, CancellationToken cancellationToken)
    {
        var found = await table.GetEntityIfExistsAsync<TableEntity>(Key, Key, cancellationToken: cancellationToken);
        var version = found.HasValue ? found.Value!.GetInt32(nameof(Version)) ?? 0 : 0;
        if (version > Version)
        {
            throw new InvalidOperationException(string.Create(
                CultureInfo.InvariantCulture,
                $"A newer version of the app wrote the table {Table} (form {version}; this one knows {Version}): " +
                $"start that version, or use another data folder or storage account."));
        }

        if (version == Version) return;
        foreach (var move in Moves) await MoveAsync(table, move, cancellationToken);
        await table.UpsertEntityAsync(
            new TableEntity(Key, Key) { [nameof(Version)] = Version }, TableUpdateMode.Replace, cancellationToken);
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
