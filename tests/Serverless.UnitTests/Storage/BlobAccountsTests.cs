using Azure.Storage.Blobs;
using Microsoft.Extensions.Configuration;
using Serverless.CsvJobs;
using Serverless.Storage;

namespace Serverless.UnitTests.Storage;

public sealed class BlobAccountsTests
{
    private const string Job = "csv-0123456789abcdef0123456789abcdef";

    private static readonly BlobAccounts Sut = new(
        [.. Enumerable.Range(0, 4).Select(i => new BlobServiceClient(new Uri($"https://account{i}.blob.core.windows.net")))]);

    [Theory]
    [InlineData(Containers.Processed, $"orders/may.csv/{Job}/clean.csv", Job)]
    [InlineData(Containers.Processed, $"orders/may.csv/{Job}/clean/country=DE/records.csv", Job)]
    [InlineData(Containers.Processed, $"orders/may.csv/{Job}/profile/.parts/plan.json", Job)]
    [InlineData(Containers.Processed, $"{Job}/", Job)]
    [InlineData(Containers.Processed, $"orders/may.csv/{Job}", null)]
    [InlineData(Containers.Processed, "orders/may.csv/csv-0123/clean.csv", null)]
    [InlineData(Containers.Processed, "orders/", null)]
    [InlineData(Containers.Results, "tasks/t-1/result-0-1.json.gz", "t-1")]
    [InlineData(Containers.Results, "workflows/r-1/maps/list/map.json", "r-1")]
    [InlineData(Containers.Results, "workflows/r-1", null)]
    [InlineData(Containers.Mail, "jobs/m-1/plan.json", "m-1")]
    [InlineData(Containers.Mail, "outbox/a/b.eml", null)]
    [InlineData(Containers.Incoming, $"orders/may.csv/{Job}/clean.csv", null)]
    [InlineData(Containers.Media, "jobs/m-1/a.png", null)]
    public void FindOwner_OfAPath_IsTheJobTaskOrRun(string container, string path, string? owner) =>
        Assert.Equal(owner, BlobAccounts.FindOwner(container, path));

    [Fact]
    public void FindOwner_OfAJobsFolder_IsTheIdThatJobsHave()
    {
        var id = CsvJobId.Create("orders/may.csv", "0x1", new CsvJobOptions());

        Assert.Equal(id, BlobAccounts.FindOwner(Containers.Processed, $"orders/may.csv/{id}/"));
    }

    // Never to be changed: what lies somewhere is looked for there.
    [Theory]
    [InlineData("a", 3)]
    [InlineData("b", 3)]
    [InlineData("c", 3)]
    [InlineData("d", 2)]
    public void Find_OfAnOwner_StaysTheSame(string owner, int account) =>
        Assert.Equal(account, Sut.Find(new BlobName(Containers.Results, $"tasks/{owner}/result.json")));

    [Fact]
    public void Find_OfManyOwners_SpreadsThemEvenly()
    {
        var counts = Enumerable.Range(0, 4_000).CountBy(i => Sut.Find(new BlobName(Containers.Results, $"tasks/{i}/x"))).ToDictionary();

        Assert.Equal(4, counts.Count);
        Assert.All(counts.Values, count => Assert.InRange(count, 900, 1_100));
    }

    [Fact]
    public void FindAll_OfAPrefix_IsOneAccountWhereItNamesAnOwner()
    {
        Assert.Equal([0, 1, 2, 3], Sut.FindAll(Containers.Processed, "orders/"));
        Assert.Single(Sut.FindAll(Containers.Processed, $"orders/may.csv/{Job}/"));
        Assert.Equal([0], Sut.FindAll(Containers.Incoming, ""));
    }

    [Fact]
    public async Task GetAsync_OfASpreadContainer_AsksForTheBlob() =>
        await Assert.ThrowsAsync<ArgumentException>(() => new Containers(Sut).GetAsync(Containers.Processed));

    [Fact]
    public void CreateAccounts_OfSettings_TakesThemByTheirNumbers()
    {
        var accounts = StorageClients.CreateAccounts(Read(
            ("DataStorage:accountName", "one"), ("DataAccounts:3:accountName", "three"), ("DataAccounts:2", "UseDevelopmentStorage=true")));

        Assert.Equal(3, accounts.Count);
        Assert.Equal("one", accounts.Open(0).AccountName);
        Assert.Equal("three", accounts.Open(2).AccountName);
    }

    [Theory]
    [InlineData("DataAccounts:1:accountName")]
    [InlineData("DataAccounts:3:accountName")]
    [InlineData("DataAccounts:accountName")]
    public void ListFurther_WithoutANumber_IsRefused(string setting)
    {
        var refused = Assert.Throws<InvalidOperationException>(() => StorageClients.ListFurther(Read((setting, "x"))));

        Assert.Contains("are numbered from 2 on", refused.Message, StringComparison.Ordinal);
    }

    private static IConfigurationRoot Read(params (string Name, string Value)[] settings) => new ConfigurationBuilder()
        .AddInMemoryCollection(settings.Select(s => KeyValuePair.Create(s.Name, (string?)s.Value))).Build();
}
