using Azure.Messaging.ServiceBus;
using Serverless.Local.ServiceBus;

namespace Serverless.ServiceBus.Tests;

public sealed class LockTests()
    : ServiceBusTest(new QueueDefinition(Queue) { MaxDeliveryCount = 3, LockDuration = ServiceBusFixture.Lock })
{
    private const string Queue = "work";

    private ServiceBusReceiver Receiver => Fixture.Receiver(Queue);

    [Fact]
    public async Task Lock_Expires_IsDeliveredAgainAndTheOldLockIsWorthless()
    {
        await Fixture.SendAsync(Queue, "a");
        var first = await Fixture.ReceiveOneAsync(Queue);

        Fixture.Time.Advance(ServiceBusFixture.Lock - TimeSpan.FromTicks(1));
        Assert.Empty(await Fixture.ReceiveAsync(Queue));
        Fixture.Time.Advance(TimeSpan.FromTicks(1));
        var second = await Fixture.ReceiveOneAsync(Queue);

        Assert.Equal(2, second.DeliveryCount);
        var e = await Assert.ThrowsAsync<ServiceBusException>(() => Receiver.CompleteMessageAsync(first));
        Assert.Equal(ServiceBusFailureReason.MessageLockLost, e.Reason);
        await Receiver.CompleteMessageAsync(second);
    }

    [Fact]
    public async Task Renew_BeforeTheEnd_LocksAnew()
    {
        await Fixture.SendAsync(Queue, "a");
        var message = await Fixture.ReceiveOneAsync(Queue);

        for (var i = 0; i < 5; i++)
        {
            Fixture.Time.Advance(ServiceBusFixture.Lock * 0.9);
            await Receiver.RenewMessageLockAsync(message);
        }

        await Receiver.CompleteMessageAsync(message);
    }

    [Fact]
    public async Task Renew_AfterTheEnd_LockLost()
    {
        await Fixture.SendAsync(Queue, "a");
        var message = await Fixture.ReceiveOneAsync(Queue);
        Fixture.Time.Advance(ServiceBusFixture.Lock);

        var e = await Assert.ThrowsAsync<ServiceBusException>(() => Receiver.RenewMessageLockAsync(message));

        Assert.Equal(ServiceBusFailureReason.MessageLockLost, e.Reason);
    }

    [Fact]
    public async Task Delivery_TooOftenAbandoned_IsDeadLettered()
    {
        await Fixture.SendAsync(Queue, "a");
        for (var i = 0; i < 3; i++) await Receiver.AbandonMessageAsync(await Fixture.ReceiveOneAsync(Queue));

        var dead = Assert.Single(await Fixture.PeekAsync(Queue, SubQueue.DeadLetter));

        Assert.Equal(("MaxDeliveryCountExceeded", 3), (dead.DeadLetterReason, dead.DeliveryCount));
        Assert.Equal("Message could not be consumed after 3 delivery attempts.", dead.DeadLetterErrorDescription);
        Assert.Equal((0, 0, 1), await Fixture.CountAsync(Queue));
    }

    [Fact]
    public async Task Delivery_TooOftenExpired_IsDeadLetteredWithoutAReceiver()
    {
        await Fixture.SendAsync(Queue, "a");
        for (var i = 0; i < 3; i++)
        {
            await Fixture.ReceiveOneAsync(Queue);
            Fixture.Time.Advance(ServiceBusFixture.Lock);
        }

        Assert.Equal((0, 0, 1), await Fixture.CountAsync(Queue));
    }
}
