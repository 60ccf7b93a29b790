using Azure.Data.Tables;
using Microsoft.Extensions.Time.Testing;
using Serverless.IntegrationTests.Csv.Jobs;
using Serverless.Jobs;
using Serverless.Storage;
using Serverless.TestSupport;

namespace Serverless.IntegrationTests.Scaling;

[Collection(AzuriteTests.Name)]
public sealed class MeasuredSpeedsTests
{
    private readonly AzuriteFixture _azurite;
    private readonly FakeTimeProvider _time = new(TimeProvider.System.GetUtcNow());
    private readonly MeasuredSpeeds _speeds;
    private readonly string _kind = Guid.NewGuid().ToString("N");

    public MeasuredSpeedsTests(AzuriteFixture azurite) =>
        (_azurite, _speeds) = (azurite, new(new LazyTable(azurite.Tables, MeasuredSpeeds.TableName), _time));

    [Fact]
    public async Task Find_NothingMeasured_IsNull() => Assert.Null(await _speeds.FindAsync(_kind));

    [Fact]
    public async Task Find_SeveralJobs_IsTheirMedian()
    {
        await RecordAsync("a", 10);
        await RecordAsync("b", 1_000_000);
        await RecordAsync("c", 20);
        Assert.Equal(new Speed(20), await _speeds.FindAsync(_kind));

        await RecordAsync("d", 30);
        Assert.Equal(new Speed(25), await _speeds.FindAsync(_kind));
    }

    [Fact]
    public async Task Record_SameJobAgain_CountsOnce()
    {
        await RecordAsync("a", 10);
        await RecordAsync("b", 20);
        await RecordAsync("b", 40);
        await RecordAsync("b", 40);

        Assert.Equal(new Speed(25), await _speeds.FindAsync(_kind));
    }

    [Fact]
    public async Task Record_NothingDoneOrNoTime_IsLeftOut()
    {
        await _speeds.RecordAsync(_kind, "a", 0, TimeSpan.FromSeconds(1));
        await _speeds.RecordAsync(_kind, "b", 1, TimeSpan.Zero);

        Assert.Null(await _speeds.FindAsync(_kind));
    }

    [Fact]
    public async Task Record_ManyJobs_ForgetsTheOldest()
    {
        for (var i = 0; i < 3 * MeasuredSpeeds.Kept; i++) await RecordAsync($"old-{i}", 1);
        _time.Advance(TimeSpan.FromMilliseconds(1));
        for (var i = 0; i < MeasuredSpeeds.Kept; i++) await RecordAsync($"new-{i}", 7);

        Assert.Equal(new Speed(7), await _speeds.FindAsync(_kind));
    }

    [Fact]
    public async Task Record_AtTheSameTime_LosesNone()
    {
        await Task.WhenAll(Enumerable.Range(1, 9).Select(i => RecordAsync($"job-{i}", i)));

        Assert.Equal(new Speed(5), await _speeds.FindAsync(_kind));
    }

    [Fact]
    public async Task Record_ManyJobs_SpreadOverRowsThatDoNotGrow()
    {
        var table = _azurite.Tables.GetTableClient(MeasuredSpeeds.TableName);
        for (var i = 0; i < 4 * MeasuredSpeeds.Kept; i++) await RecordAsync($"job-{i}", 1, new string('x', 64));

        var rows = await table.QueryAsync<TableEntity>(row => row.PartitionKey == _kind).ToListAsync();

        Assert.Equal(MeasuredSpeeds.Rows, rows.Count);
        Assert.All(rows, row => Assert.InRange(row.GetString("Measurements").Length, 1, 200 * MeasuredSpeeds.Kept));
    }

    [Fact]
    public async Task Find_MeasuredInTheFirstForm_CountsAsTheOldest()
    {
        var name = "Speeds" + Guid.NewGuid().ToString("N");
        var table = _azurite.Tables.GetTableClient(name);
        await table.CreateAsync();
        await table.AddEntityAsync(
            new TableEntity("speed", "email") { ["Measurements"] = """[{"Job":"a","Like":null,"Items":20,"Seconds":2}]""" });
        var speeds = new MeasuredSpeeds(new LazyTable(_azurite.Tables, name, MeasuredSpeeds.Form), _time);

        Assert.Equal(new Speed(10), await speeds.FindAsync("email"));
        for (var i = 0; i < MeasuredSpeeds.Kept; i++)
            await speeds.RecordAsync("email", $"job-{i}", 70, TimeSpan.FromSeconds(1));
        Assert.Equal(new Speed(70), await speeds.FindAsync("email"));
    }

    [Fact]
    public async Task Find_ComparableJobs_LooksAtThemOnly()
    {
        await RecordAsync("a", 10, "schema-1");
        await RecordAsync("b", 500, "schema-2");
        await RecordAsync("c", 700, "schema-2");

        Assert.Equal(new Speed(10), await _speeds.FindAsync(_kind, "schema-1"));
        Assert.Equal(new Speed(600), await _speeds.FindAsync(_kind, "schema-2"));
        Assert.Equal(new Speed(500), await _speeds.FindAsync(_kind, "schema-3"));
    }

    private Task RecordAsync(string job, int perSecond, string? like = null) =>
        _speeds.RecordAsync(_kind, job, perSecond * 2, TimeSpan.FromSeconds(2), like);
}
