using Azure;
using Azure.Data.Tables;
using Microsoft.Extensions.Time.Testing;
using Serverless.CsvJobs.Store;
using Serverless.Storage;
using Serverless.TestSupport;

namespace Serverless.IntegrationTests.Storage;

public sealed class TableFormTests(AzuriteFixture azurite) : IClassFixture<AzuriteFixture>
{
    private static readonly DateTimeOffset Start = new(2026, 1, 31, 10, 0, 0, TimeSpan.Zero);

    [Fact]
    public async Task Get_TableOfTheFirstForm_HasItsJobsUnderNewKeys()
    {
        var name = "Form" + Guid.NewGuid().ToString("N");
        var table = azurite.Tables.GetTableClient(name);
        await table.CreateAsync();
        for (var i = 0; i < 3; i++)
        {
            var created = Start.AddMinutes(i);
            var row = new TableEntity("job", $"csv-{i}")
            {
                ["Path"] = $"{i}.csv",
                ["BlobETag"] = "x",
                ["State"] = i == 0 ? "Running" : "Completed",
                ["CreatedAt"] = created,
            };
            if (i > 0) row["EndedAt"] = created.AddSeconds(5);
            await table.AddEntityAsync(row);
            await table.AddEntityAsync(new TableEntity("recent", $"{NewestFirst.BuildKey(created)}-csv-{i}") { ["Id"] = $"csv-{i}" });
            await table.AddEntityAsync(new TableEntity("blob", ContentHash.Of($"{i}.csv", "x")) { ["Id"] = $"csv-{i}" });
        }

        var store = Open(name);
        var (jobs, next) = await store.ListAsync(10, null, default);

        Assert.Equal(["csv-2", "csv-1", "csv-0"], jobs.Select(j => j.RowKey));
        Assert.Equal((CsvJobState.Completed, Start.AddSeconds(65)), (jobs[1].GetState(), jobs[1].EndedAt));
        Assert.Null(next);
        Assert.True(await store.HasJobAsync("1.csv", "x", default));
        Assert.Equal(["csv-0"], await store.ListUnendedAsync(Start.AddHours(1), default).ToListAsync());
        Assert.Empty(await table.QueryAsync<TableEntity>(
            row => row.PartitionKey == "job" || row.PartitionKey == "recent" || row.PartitionKey == "blob").ToListAsync());
    }

    [Fact]
    public async Task Get_TableOfANewerForm_IsRefusedInASentence()
    {
        var name = "Form" + Guid.NewGuid().ToString("N");
        var table = azurite.Tables.GetTableClient(name);
        await table.CreateAsync();
        await table.AddEntityAsync(new TableEntity("~form", "~form") { ["Version"] = 99 });

        var refused = await Assert.ThrowsAsync<InvalidOperationException>(() => Open(name).FindAsync("csv-1", default));

        Assert.Contains("newer version of the app", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Get_OldInstanceWritesDuringARollingUpdate_IsTakenOverByALaterLook()
    {
        var (name, time) = ("Form" + Guid.NewGuid().ToString("N"), new FakeTimeProvider(Start));
        var table = azurite.Tables.GetTableClient(name);
        await table.CreateAsync();
        await WriteOldAsync(table, 0);
        LazyTable[] instances = [Create(), Create()];
        foreach (var instance in instances) await instance.GetAsync();
        Assert.Empty(await ListOldAsync(table));

        // By an instance that was started before the update, long after the first look, too.
        foreach (var (minutes, number) in ((int, int)[])[(11, 1), (11, 2), (60, 3), (10 * 60, 4), (14 * 60, 5)])
        {
            await WriteOldAsync(table, number);
            time.Advance(TimeSpan.FromMinutes(minutes));
            await Eventually.TrueAsync(async () =>
            {
                foreach (var instance in instances) await instance.GetAsync();
                return (await ListOldAsync(table)).Count == 0;
            });
        }

        var moved = await table.QueryAsync<TableEntity>(row => row.PartitionKey == "new").ToListAsync();
        Assert.Equal(["0", "1", "2", "3", "4", "5"], moved.Select(row => row.RowKey));

        LazyTable Create() => new(azurite.Tables, name, Plain(name), time);
    }

    [Fact]
    public async Task Look_TableThatIsNewOrLongTakenOver_IsNotNeeded()
    {
        var name = "Form" + Guid.NewGuid().ToString("N");
        var table = azurite.Tables.GetTableClient(name);
        await table.CreateAsync();
        var form = Plain(name);
        Assert.Null(await form.MigrateAsync(table, isNew: true, Start, default));
        Assert.Null(await form.LookAgainAsync(table, Start.AddYears(1), default));

        await table.DeleteEntityAsync("~form", "~form");
        var (next, looks) = (await form.MigrateAsync(table, isNew: false, Start, default), 0);
        for (; next is { } due; looks++) next = await form.LookAgainAsync(table, due, default);

        Assert.InRange(looks, 5, 12);
        Assert.Null(await form.MigrateAsync(table, isNew: false, Start.AddDays(3), default));
    }

    [Fact]
    public async Task Look_AnotherInstanceLooks_IsLeftToIt()
    {
        var name = "Form" + Guid.NewGuid().ToString("N");
        var table = azurite.Tables.GetTableClient(name);
        await table.CreateAsync();
        var form = Plain(name);
        var due = (await form.MigrateAsync(table, isNew: false, Start, default))!.Value;
        await form.LookAgainAsync(table, due, default);
        await WriteOldAsync(table, 1);

        var next = await form.LookAgainAsync(table, due, default);

        Assert.True(next > due);
        Assert.Single(await ListOldAsync(table));
    }

    private static TableForm Plain(string name) => new(name, 2, [new("old", row => [MovedPartition.Under("new", row)])]);

    private static Task<Response> WriteOldAsync(TableClient table, int number) =>
        table.AddEntityAsync(new TableEntity("old", $"{number}"));

    private static async Task<List<TableEntity>> ListOldAsync(TableClient table) =>
        await table.QueryAsync<TableEntity>(row => row.PartitionKey == "old").ToListAsync();

    private CsvJobStore Open(string name) =>
        new(new LazyTable(azurite.Tables, name, CsvJobStore.Form), new FakeTimeProvider(Start.AddHours(2)));
}
