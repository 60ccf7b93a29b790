using Azure;
using Azure.Data.Tables;
using Serverless.TestSupport;

namespace Serverless.IntegrationTests.Local;

/// <summary>Rows are found by an index of our own in Azurite: whatever is done to them, it must answer as the table does.</summary>
public sealed class TableLookupTests(AzuriteFixture azurite) : IClassFixture<AzuriteFixture>
{
    // Alike as numbers, in an order that differs as texts, or alike but for the case.
    private static readonly string[] Keys = ["1", "01", "1e0", "1a", "9", "10", "a", "A", "", "~x", "ä", "null"];

    [Fact]
    public async Task Rows_AfterAnyChanges_AreFoundAsAModelHasThem()
    {
        var table = azurite.Tables.GetTableClient("Lookups");
        await table.CreateIfNotExistsAsync();
        var model = new Dictionary<(string Partition, string Row), int>();
        var random = new Random(5);
        for (var i = 0; i < 600; i++)
        {
            var key = (Partition: Keys[random.Next(Keys.Length)], Row: Keys[random.Next(Keys.Length)]);
            var found = await table.GetEntityIfExistsAsync<TableEntity>(key.Partition, key.Row);
            Assert.Equal(model.TryGetValue(key, out var value) ? value : null, found.HasValue ? found.Value!.GetInt32("Value") : null);

            var row = new TableEntity(key.Partition, key.Row) { ["Value"] = i };
            switch (random.Next(5))
            {
                case 0:
                    await table.DeleteEntityAsync(key.Partition, key.Row, ETag.All);
                    model.Remove(key);
                    break;
                case 1:
                    await table.UpsertEntityAsync(row, TableUpdateMode.Replace);
                    model[key] = i;
                    break;
                case 2 when model.ContainsKey(key):
                    await table.UpdateEntityAsync(row, found.Value!.ETag, TableUpdateMode.Merge);
                    model[key] = i;
                    break;
                case 3:
                    await FailAsync(table, key.Partition, row);
                    break;
                default:
                    await table.UpsertEntityAsync(row, TableUpdateMode.Merge);
                    model[key] = i;
                    break;
            }
        }

        var all = await table.QueryAsync<TableEntity>().ToDictionaryAsync(
            r => (r.PartitionKey, r.RowKey), r => r.GetInt32("Value")!.Value);
        Assert.Equal(model.OrderBy(m => m.Key), all.OrderBy(m => m.Key));
    }

    [Fact]
    public async Task Queries_BetweenTwoKeys_AreAnsweredAsAModelHasThem()
    {
        var table = azurite.Tables.GetTableClient("Ranges");
        await table.CreateIfNotExistsAsync();
        var model = new HashSet<(string Partition, string Row)>();
        var random = new Random(7);
        for (var i = 0; i < 200; i++)
        {
            // Partitions come and go between the queries.
            var key = (Partition: Keys[random.Next(Keys.Length)], Row: Keys[random.Next(Keys.Length)]);
            if (model.Add(key)) await table.AddEntityAsync(new TableEntity(key.Partition, key.Row) { ["Value"] = i % 3 });
            else if (model.Remove(key)) await table.DeleteEntityAsync(key.Partition, key.Row, ETag.All);
            var (from, to) = (Keys[random.Next(Keys.Length)], Keys[random.Next(Keys.Length)]);
            var rows = Keys[random.Next(Keys.Length)];
            var filter = TableClient.CreateQueryFilter($"PartitionKey ge {from} and PartitionKey lt {to}")
                + (i % 2 == 0 ? TableClient.CreateQueryFilter($" and RowKey gt {rows}") : "");

            var found = await table.QueryAsync<TableEntity>(filter, random.Next(1, 20))
                .Select(r => (r.PartitionKey, r.RowKey)).ToListAsync();

            var expected = model.Where(k => string.CompareOrdinal(k.Partition, from) >= 0 && string.CompareOrdinal(k.Partition, to) < 0
                    && (i % 2 != 0 || string.CompareOrdinal(k.Row, rows) > 0))
                .OrderBy(k => k.Partition, StringComparer.Ordinal).ThenBy(k => k.Row, StringComparer.Ordinal);
            Assert.Equal(expected, found);
        }
    }

    [Fact]
    public async Task Query_OfSomeColumns_HasThemWithTheirTypesAndNoOthers()
    {
        var table = azurite.Tables.GetTableClient("Columns");
        await table.CreateIfNotExistsAsync();
        var at = new DateTimeOffset(2026, 1, 31, 12, 0, 0, TimeSpan.Zero);
        await table.AddEntityAsync(new TableEntity("p", "r")
        {
            ["Text"] = "ä",
            ["Number"] = 1,
            ["Large"] = 1L << 40,
            ["Time"] = at,
            ["Bytes"] = new byte[] { 1, 2 },
            ["Flag"] = true,
            ["Other"] = "x",
        });

        string[] columns = ["RowKey", "Text", "Number", "Large", "Time", "Bytes", "Flag", "Missing"];
        var row = await table.QueryAsync<TableEntity>("PartitionKey eq 'p'", select: columns).SingleAsync();
        var stamped = await table.QueryAsync<TableEntity>("PartitionKey eq 'p'", select: ["Timestamp"]).SingleAsync();

        Assert.Equal(
            ("r", "ä", 1, 1L << 40, at, true),
            (row.RowKey, row.GetString("Text"), row.GetInt32("Number"), row.GetInt64("Large"), row.GetDateTimeOffset("Time"),
                row.GetBoolean("Flag")));
        Assert.Equal([1, 2], row.GetBinary("Bytes")!);
        Assert.False(row.ContainsKey("Other"));
        Assert.NotEqual(default, row.ETag);
        Assert.NotNull(stamped.Timestamp);
    }

    // A batch whose last change is refused: all of it is undone.
    private static async Task FailAsync(TableClient table, string partition, TableEntity row) =>
        await Assert.ThrowsAsync<TableTransactionFailedException>(() => table.SubmitTransactionAsync(
        [
            new TableTransactionAction(TableTransactionActionType.UpsertMerge, row),
            new TableTransactionAction(TableTransactionActionType.UpsertReplace, new TableEntity(partition, "new") { ["Value"] = 0 }),
            new TableTransactionAction(TableTransactionActionType.UpdateMerge, new TableEntity(partition, "missing"), ETag.All),
        ]));
}
