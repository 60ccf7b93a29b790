using Serverless.IntegrationTests.Csv.Jobs;
using Serverless.Jobs;
using Serverless.Storage;
using Serverless.TestSupport;

namespace Serverless.IntegrationTests.Scaling;

[Collection(AzuriteTests.Name)]
public sealed class MeasuredSpeedsTests(AzuriteFixture azurite)
{
    private readonly MeasuredSpeeds _speeds = new(new LazyTable(azurite.Tables, MeasuredSpeeds.TableName));
    private readonly string _kind = Guid.NewGuid().ToString("N");

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
        for (var i = 0; i < MeasuredSpeeds.Kept; i++) await RecordAsync($"old-{i}", 1);
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
