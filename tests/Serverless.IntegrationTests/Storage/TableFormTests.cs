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

    private CsvJobStore Open(string name) =>
        new(new LazyTable(azurite.Tables, name, CsvJobStore.Form), new FakeTimeProvider(Start.AddHours(2)));
}
