using Azure.Messaging.ServiceBus;
using Azure.Messaging.ServiceBus.Administration;
using Serverless.Messaging;

namespace Serverless.UnitTests.Queues;

public sealed class LaneHoldTests
{
    private static readonly DateTimeOffset Noon = new(2026, 1, 31, 12, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData("Active", "ReceiveDisabled")]
    [InlineData("SendDisabled", "Disabled")]
    public void Hold_OpenLane_IsHeldAndOpensAsItWas(string before, string held)
    {
        var lane = Lane(before, "ours: call Ada");

        Assert.True(LaneHold.TryHold(lane, Noon));
        Assert.Equal((new EntityStatus(held), true), (lane.Status, LaneHold.IsHeld(lane)));
        Assert.False(LaneHold.IsTakenOver(lane, Noon.AddSeconds(30)));
        Assert.True(LaneHold.TrySetReceiving(lane, isOpen: true));

        Assert.Equal((new EntityStatus(before), "ours: call Ada"), (lane.Status, lane.UserMetadata));
    }

    [Fact]
    public void Hold_LaneThatSomebodyStopped_IsLeftAlone()
    {
        var lane = Lane("ReceiveDisabled", "");

        Assert.False(LaneHold.TryHold(lane, Noon));
        Assert.False(LaneHold.IsStoppedAndMarked(lane));
    }

    [Fact]
    public void IsTakenOver_AnotherStatusOrSavedLater_IsTrue()
    {
        var lane = Lane("Active", "");
        LaneHold.TryHold(lane, Noon);
        Assert.True(LaneHold.IsTakenOver(lane, Noon.AddMinutes(2)));

        lane.Status = EntityStatus.Disabled;
        Assert.Equal((false, true), (LaneHold.IsHeld(lane), LaneHold.IsTakenOver(lane, Noon)));
        LaneHold.RemoveMark(lane);
        Assert.Equal((EntityStatus.Disabled, ""), (lane.Status, lane.UserMetadata));
    }

    // What a version of the app before this one has written says neither the status nor the time.
    [Fact]
    public void IsHeld_MarkOfAnEarlierVersion_IsTheAppsStill()
    {
        var lane = Lane("ReceiveDisabled", $"ours\n{LaneHold.Mark}");

        Assert.True(LaneHold.IsHeld(lane));
        Assert.False(LaneHold.IsTakenOver(lane, Noon));
        Assert.True(LaneHold.TrySetReceiving(lane, isOpen: true));
        Assert.Equal("ours", lane.UserMetadata);
    }

    [Fact]
    public void Hold_MarkThatSomebodyLeftWhenTheyOpenedIt_IsWrittenAnew()
    {
        var lane = Lane("Active", $"ours\n{LaneHold.Mark} (ReceiveDisabled, 2026-01-01T00:00:00Z)");

        Assert.True(LaneHold.TryHold(lane, Noon));

        Assert.Equal($"ours\n{LaneHold.Mark} (ReceiveDisabled, 2026-01-31T12:00:00Z)", lane.UserMetadata);
    }

    private static QueueProperties Lane(string status, string metadata) => ServiceBusModelFactory.QueueProperties(
        "email", TimeSpan.FromMinutes(1), 1024, false, false, TimeSpan.FromDays(1), TimeSpan.MaxValue, false, TimeSpan.FromMinutes(1), 10,
        true, new EntityStatus(status), "", "", metadata, false);
}
