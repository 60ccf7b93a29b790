using Serverless.Storage;

namespace Serverless.UnitTests.Storage;

public sealed class TimeIndexTests
{
    private static readonly DateTimeOffset Now = new(2026, 1, 31, 12, 59, 59, TimeSpan.Zero);

    private readonly TimeIndex _index = new("list");

    [Fact]
    public void Row_LaterTime_HasALesserKey()
    {
        var keys = Enumerable.Range(0, 100).Select(i => _index.CreateRow(Now.AddSeconds(i * 911), $"{i}")).ToList();

        Assert.Equal(keys.Select(k => k.RowKey).Reverse(), keys.Select(k => k.RowKey).Order(StringComparer.Ordinal));
        Assert.Equal(
            keys.Select(k => k.PartitionKey[..^2]).Reverse(), keys.Select(k => k.PartitionKey[..^2]).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Row_IdsOfOneHour_AreSpreadOverAllShards()
    {
        var partitions = Enumerable.Range(0, 3_200)
            .GroupBy(i => _index.CreateRow(Now.AddMilliseconds(-i), $"job-{i}").PartitionKey).ToList();

        Assert.Equal(TimeIndex.Shards, partitions.Count);
        Assert.All(partitions, p => Assert.InRange(p.Count(), 100, 300));
    }

    [Fact]
    public void PartitionOf_Together_IsOneForAnHour()
    {
        var rows = Enumerable.Range(0, 50).Select(i => _index.PartitionOf(TimeIndex.BuildRowKey(Now.AddSeconds(-i), $"{i}"), "round"));

        Assert.Single(rows.Distinct());
    }

    [Theory]
    [InlineData("", false)]
    [InlineData("2519", false)]
    [InlineData("2519123456789012345", false)]
    [InlineData("251912345678901234x-a", false)]
    [InlineData("9999999999999999999-a", true)]
    [InlineData("2519123456789012345-job-1", true)]
    public void IsPlace_Text_TellsKeysFromOthers(string text, bool isPlace) => Assert.Equal(isPlace, TimeIndex.IsPlace(text));

    [Fact]
    public void Slice_BeforeAndSince_OnlyNarrows()
    {
        var slice = new TimeSlice().Before(Now).Since(Now.AddHours(-1));

        Assert.Equal(slice, slice.Before(Now.AddMinutes(1)).Since(Now.AddHours(-2)));
        Assert.NotEqual(slice, slice.Before(Now.AddMinutes(-1)));
    }
}
