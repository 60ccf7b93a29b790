using Serverless.Messaging;

namespace Serverless.UnitTests.Queues;

public sealed class QueueCatalogTests
{
    private readonly QueueCatalog _catalog = QueueCatalog.Load();

    [Fact]
    public void Load_EveryQueue_HasValuesThatServiceBusTakes()
    {
        Assert.All(_catalog.Entries, e =>
        {
            Assert.Equal(e.Name, e.Lanes[0]);
            Assert.Equal(e.Priorities is null ? 1 : 2, e.Lanes.Count);
            Assert.InRange(e.LockDuration, TimeSpan.FromSeconds(5), TimeSpan.FromMinutes(5));
            Assert.InRange(e.DuplicateDetectionWindow, TimeSpan.FromSeconds(20), TimeSpan.FromDays(7));
            Assert.InRange(e.MaxDeliveryCount, 1, 10);
            Assert.InRange(e.Concurrency, 2, 20);
        });
        Assert.Equal(_catalog.Lanes.Count(), _catalog.Lanes.Distinct(StringComparer.OrdinalIgnoreCase).Count());
    }

    [Theory]
    [InlineData("email", 0, "email")]
    [InlineData("email", 5, "email")]
    [InlineData("email", 6, "email-high")]
    [InlineData("Email", 10, "email-high")]
    [InlineData("data_processing", 2, "data_processing")]
    [InlineData("data_processing", 3, "data_processing-high")]
    [InlineData("notifications", 8, "notifications-high")]
    [InlineData("reports", 0, "reports")]
    public void LaneOf_Priority_UpperHalfGoesToTheHighLane(string queue, int priority, string lane)
    {
        Assert.True(_catalog.TryFind(queue, out var entry));
        Assert.Equal(lane, entry.LaneOf(priority));
    }

    [Theory]
    [InlineData("email", 11)]
    [InlineData("reports", 1)]
    [InlineData("default", -1)]
    public void LaneOf_PriorityOutOfRange_Throws(string queue, int priority)
    {
        Assert.True(_catalog.TryFind(queue, out var entry));
        Assert.Throws<ArgumentOutOfRangeException>(() => entry.LaneOf(priority));
    }

    [Fact]
    public void TryFindLane_HighLane_FindsItsQueue()
    {
        Assert.True(_catalog.TryFindLane("email-high", out var entry));
        Assert.Equal("email", entry.Name);
        Assert.False(_catalog.TryFind("email-high", out _));
        Assert.False(_catalog.TryFind("no_such_queue", out _));
    }
}
