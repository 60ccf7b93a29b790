using System.Reflection;
using Azure.Messaging.ServiceBus;
using Serverless.Local.ServiceBus;

namespace Serverless.ServiceBus.Tests;

/// <summary>Deleting without receiving.</summary>
public sealed class DeletingTests() : ServiceBusTest(new QueueDefinition("work") { LockDuration = ServiceBusFixture.Lock })
{
    [Fact]
    public async Task Delete_SomeOfMany_TakesTheOldest()
    {
        await SendAsync("a", "b", "c");

        Assert.Equal(2, await DeleteAsync(2));

        Assert.Equal(["c"], ServiceBusFixture.Bodies(await Fixture.PeekAsync("work")));
        Assert.Equal(1, await DeleteAsync(2));
        Assert.Equal(0, await DeleteAsync(2));
    }

    [Fact]
    public async Task Delete_LockedScheduledAndDeferred_Stay()
    {
        await SendAsync("deferred", "locked", "waiting");
        var receiver = Fixture.Receiver("work");
        await receiver.DeferMessageAsync(await Fixture.ReceiveOneAsync("work"));
        var locked = await Fixture.ReceiveOneAsync("work");
        await Fixture.ScheduleAsync("work", new("scheduled"), Fixture.Time.GetUtcNow() + TimeSpan.FromHours(1));

        Assert.Equal(1, await DeleteAsync(100));

        Assert.Equal(["deferred", "locked", "scheduled"], ServiceBusFixture.Bodies(await Fixture.PeekAsync("work")));
        await receiver.CompleteMessageAsync(locked);
    }

    [Fact]
    public async Task Delete_BeforeATime_LeavesWhatCameLater()
    {
        await Fixture.SendAsync("work", "early");
        Fixture.Time.Advance(TimeSpan.FromHours(2));
        await Fixture.SendAsync("work", "late");

        // For a client the broker's now is its own.
        var anHourAgo = TimeProvider.System.GetUtcNow() - TimeSpan.FromHours(1);
        Assert.Equal(1, await DeleteAsync(10, anHourAgo));

        Assert.Equal(["late"], ServiceBusFixture.Bodies(await Fixture.PeekAsync("work")));
    }

    [Fact]
    public async Task Purge_MoreThanARequestDeletes_LeavesNothing()
    {
        await SendAsync([.. Enumerable.Range(0, 4_500).Select(i => $"{i}")]);

        Assert.Equal(4_500, await CallAsync("PurgeMessagesAsync", null, CancellationToken.None));

        Assert.Equal((0, 0, 0), await Fixture.CountAsync("work"));
    }

    // Deleting means what came before the client's now, which the broker's stands still at.
    private async Task SendAsync(params string[] bodies)
    {
        await Fixture.SendAsync("work", bodies);
        Fixture.Time.Advance(TimeSpan.FromHours(1));
    }

    private Task<int> DeleteAsync(int max, DateTimeOffset? before = null) =>
        CallAsync("DeleteMessagesAsync", max, before, CancellationToken.None);

    // The official client has it as those of other languages do, but not yet for everybody.
    private Task<int> CallAsync(string method, params object?[] arguments) =>
        (Task<int>)typeof(ServiceBusReceiver).GetMethod(method, BindingFlags.Instance | BindingFlags.NonPublic | BindingFlags.Public)!
            .Invoke(Fixture.Receiver("work"), arguments)!;
}
