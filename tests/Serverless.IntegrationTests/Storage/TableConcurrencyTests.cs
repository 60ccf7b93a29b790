using Azure;
using Azure.Data.Tables;
using Serverless.Storage;
using Serverless.TestSupport;

namespace Serverless.IntegrationTests.Storage;

/// <summary>Rows that are changed while others change them.</summary>
public sealed class TableConcurrencyTests(AzuriteFixture azurite) : IClassFixture<AzuriteFixture>
{
    private const string Partition = "p";
    private const string Count = nameof(Count);

    [Fact]
    public async Task Change_RowThatOthersChangeMeanwhile_IsMadeAnewOfTheirs()
    {
        var table = await CreateAsync();
        await table.AddEntityAsync(Row(1));
        var calls = 0;

        var (row, isWritten) = await table.ChangeAsync<TableEntity>(
            Partition, "key",
            async found =>
            {
                if (++calls == 1) await table.UpsertEntityAsync(Row(10));
                found![Count] = found.GetInt32(Count) + 1;
                return found;
            },
            isNew: false, default);

        Assert.Equal((2, true, 11), (calls, isWritten, row!.GetInt32(Count)));
        var stored = await table.FindAsync<TableEntity>(Partition, "key", default);
        Assert.Equal((11, row.ETag), (stored!.GetInt32(Count), stored.ETag));
    }

    [Fact]
    public async Task Change_RowThatOthersAddMeanwhile_IsMadeAnewOfTheirs()
    {
        var table = await CreateAsync();
        var seen = new List<int?>();

        var (row, isWritten) = await table.ChangeAsync<TableEntity>(
            Partition, "key",
            async found =>
            {
                seen.Add(found?.GetInt32(Count));
                if (seen.Count == 1) await table.AddEntityAsync(Row(5));
                return Row((found?.GetInt32(Count) ?? 0) + 1);
            },
            isNew: true, default);

        Assert.Equal([null, 5], seen);
        Assert.Equal((true, 6), (isWritten, row!.GetInt32(Count)));
    }

    [Fact]
    public async Task Change_RowThatOthersDeleteMeanwhile_IsMadeAnewOfNone()
    {
        var table = await CreateAsync();
        await table.AddEntityAsync(Row(1));
        var seen = new List<int?>();

        var (row, isWritten) = await table.ChangeAsync<TableEntity>(
            Partition, "key",
            async found =>
            {
                seen.Add(found?.GetInt32(Count));
                if (seen.Count == 1) await table.DeleteEntityAsync(Partition, "key", ETag.All);
                return Row(7);
            },
            isNew: false, default);

        Assert.Equal([1, null], seen);
        Assert.Equal((true, 7), (isWritten, row!.GetInt32(Count)));
    }

    [Fact]
    public async Task Change_OfNothing_WritesNothing()
    {
        var table = await CreateAsync();
        await table.AddEntityAsync(Row(1));

        var (row, isWritten) = await table.ChangeAsync<TableEntity>(Partition, "key", _ => null, default);
        var (missing, isMade) = await table.ChangeAsync<TableEntity>(Partition, "none", _ => null, default);

        Assert.Equal((1, false), (row!.GetInt32(Count), isWritten));
        Assert.Equal((null, false), (missing, isMade));
    }

    [Fact]
    public async Task Try_RowOfAnotherVersion_IsFalse()
    {
        var table = await CreateAsync();
        var row = Row(1);
        Assert.True(await table.TryAddAsync(row, default));
        Assert.False(await table.TryAddAsync(Row(2), default));
        var before = row.ETag;
        Assert.True(await table.TryUpdateAsync(row, before, TableUpdateMode.Replace, default));

        Assert.False(await table.TryUpdateAsync(Row(3), before, TableUpdateMode.Replace, default));
        var stale = Row(4);
        stale.ETag = before;
        Assert.False(await table.TryDeleteAsync(stale, default));
        Assert.True(await table.TryDeleteAsync(row, default));
        Assert.False(await table.TryDeleteAsync(row, default));
        Assert.False(await table.TryUpdateAsync(Row(5), row.ETag, TableUpdateMode.Merge, default));
    }

    private static TableEntity Row(int count) => new(Partition, "key") { [Count] = count };

    private Task<TableClient> CreateAsync() => new LazyTable(azurite.Tables, $"t{Guid.NewGuid():N}").GetAsync();
}
