using Serverless.Tasks.Store;

namespace Serverless.UnitTests.Tasks;

public sealed class TaskKeyTests
{
    private static readonly DateTimeOffset Now = new(2026, 1, 31, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Row_GeneratedIds_SortsTheNewestFirst()
    {
        var ids = Enumerable.Range(0, 100).Select(i => Guid.CreateVersion7(Now.AddMilliseconds(i * 37)).ToString("N")).ToList();

        var sorted = ids.OrderBy(TaskKey.BuildRow, StringComparer.Ordinal).ToList();

        Assert.Equal(ids.AsEnumerable().Reverse(), sorted);
    }

    [Theory]
    [InlineData("order-4711")]
    [InlineData("a")]
    [InlineData("019c13ec9e007709a76b9cb7babd5c7")]
    [InlineData("019c13ec9e004709a76b9cb7babd5c7f")]
    [InlineData("ffffffffffff7000ffffffffffffffff")]
    [InlineData("000000000000-x")]
    public void Row_AnyId_GivesItBack(string id) => Assert.Equal(id, TaskKey.IdOf(TaskKey.BuildRow(id)));

    [Fact]
    public void IndexRow_ChosenId_LiesAmongTheGeneratedOnesOfItsTime()
    {
        var before = TaskKey.BuildRow(Guid.CreateVersion7(Now.AddMilliseconds(-1)).ToString("N"));
        var after = TaskKey.BuildRow(Guid.CreateVersion7(Now.AddMilliseconds(1)).ToString("N"));

        var index = TaskKey.IndexRow("order-4711", Now);

        Assert.True(string.CompareOrdinal(after, index) < 0 && string.CompareOrdinal(index, before) < 0);
        Assert.True(string.CompareOrdinal(index, TaskKey.BuildRow("order-4711")) < 0);
        Assert.Null(TaskKey.IndexRow(Guid.CreateVersion7(Now).ToString("N"), Now));
    }

    [Theory]
    [InlineData("")]
    [InlineData("~x")]
    [InlineData("x")]
    [InlineData("' or PartitionKey ne '")]
    [InlineData("eyJhIjoxfQ==")]
    public void IsPlace_WhatNoPageGives_IsRefused(string text) => Assert.False(TaskKey.IsPlace(text));
}
