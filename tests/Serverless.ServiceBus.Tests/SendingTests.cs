using Azure.Messaging.ServiceBus;
using Serverless.Local.ServiceBus;

namespace Serverless.ServiceBus.Tests;

public sealed class SendingTests() : ServiceBusTest(
    new QueueDefinition("work"),
    new QueueDefinition("once") { DuplicateDetectionWindow = Window },
    new QueueDefinition("short") { DefaultTimeToLive = TimeSpan.FromMinutes(5), DeadLetterOnExpiration = true },
    new QueueDefinition("dropping") { DefaultTimeToLive = TimeSpan.FromMinutes(5) })
{
    private static readonly TimeSpan Window = TimeSpan.FromMinutes(10);

    private DateTimeOffset Now => Fixture.Time.GetUtcNow();

    [Fact]
    public async Task Schedule_Later_ArrivesThenWithANewNumber()
    {
        var number = await Fixture.ScheduleAsync("work", Message("a"), Now + TimeSpan.FromHours(1));
        var peeked = Assert.Single(await Fixture.PeekAsync("work"));
        Assert.Equal((ServiceBusMessageState.Scheduled, number), (peeked.State, peeked.SequenceNumber));
        Assert.Equal((0, 1, 0), await Fixture.CountAsync("work"));
        await Fixture.SendAsync("work", "b");
        Assert.Equal("b", (await Fixture.ReceiveOneAsync("work")).Body.ToString());

        Fixture.Time.Advance(TimeSpan.FromHours(1) - TimeSpan.FromTicks(1));
        Assert.Equal((1, 1, 0), await Fixture.CountAsync("work"));
        Fixture.Time.Advance(TimeSpan.FromTicks(1));

        var message = (await Fixture.PeekAsync("work")).Single(m => m.Body.ToString() == "a");
        Assert.Equal(ServiceBusMessageState.Active, message.State);
        Assert.True(message.SequenceNumber > number);
        Assert.Equal(number, message.EnqueuedSequenceNumber);
        Assert.Equal(Now, message.EnqueuedTime);
    }

    [Fact]
    public async Task Schedule_DueMessage_WakesAWaitingReceiver()
    {
        await Fixture.ScheduleAsync("work", Message("late"), Now + TimeSpan.FromHours(2));
        await Fixture.ScheduleAsync("work", Message("soon"), Now + TimeSpan.FromHours(1));
        var waiting = Fixture.Receiver("work").ReceiveMessagesAsync(5, TimeSpan.FromMinutes(1));

        Fixture.Time.Advance(TimeSpan.FromHours(1));

        Assert.Equal(["soon"], ServiceBusFixture.Bodies(await waiting));
    }

    [Fact]
    public async Task Schedule_SeveralDue_ComeInTheOrderOfTheirTimes()
    {
        await Fixture.ScheduleAsync("work", Message("third"), Now + TimeSpan.FromMinutes(3));
        await Fixture.ScheduleAsync("work", Message("first"), Now + TimeSpan.FromMinutes(1));
        await Fixture.ScheduleAsync("work", Message("second"), Now + TimeSpan.FromMinutes(2));

        Fixture.Time.Advance(TimeSpan.FromHours(1));

        Assert.Equal(["first", "second", "third"], ServiceBusFixture.Bodies(await Fixture.ReceiveAsync("work", 5)));
    }

    [Fact]
    public async Task Schedule_InThePast_IsActiveAtOnce()
    {
        await Fixture.ScheduleAsync("work", Message("a"), Now - TimeSpan.FromHours(1));

        await Fixture.ReceiveOneAsync("work");
    }

    [Fact]
    public async Task Send_WithADueTime_IsScheduled()
    {
        await Fixture.SendAsync("work", new ServiceBusMessage("a") { ScheduledEnqueueTime = Now + TimeSpan.FromMinutes(1) });
        Assert.Equal((0, 1, 0), await Fixture.CountAsync("work"));

        Fixture.Time.Advance(TimeSpan.FromMinutes(1));

        Assert.Equal((1, 0, 0), await Fixture.CountAsync("work"));
    }

    [Fact]
    public async Task CancelScheduled_BeforeItsTime_NeverArrives()
    {
        await using var sender = Fixture.Client.CreateSender("work");
        var number = await sender.ScheduleMessageAsync(Message("a"), Now + TimeSpan.FromHours(1));
        await sender.CancelScheduledMessageAsync(number);

        Fixture.Time.Advance(TimeSpan.FromHours(2));

        Assert.Equal((0, 0, 0), await Fixture.CountAsync("work"));
        var e = await Assert.ThrowsAsync<ServiceBusException>(() => sender.CancelScheduledMessageAsync(number));
        Assert.Equal(ServiceBusFailureReason.MessageNotFound, e.Reason);
    }

    [Fact]
    public async Task CancelScheduled_AfterItBecameActive_NotFound()
    {
        await using var sender = Fixture.Client.CreateSender("work");
        var number = await sender.ScheduleMessageAsync(Message("a"), Now + TimeSpan.FromHours(1));
        Fixture.Time.Advance(TimeSpan.FromHours(1));

        await Assert.ThrowsAsync<ServiceBusException>(() => sender.CancelScheduledMessageAsync(number));

        await Fixture.ReceiveOneAsync("work");
    }

    [Fact]
    public async Task CancelScheduled_OneOfSeveralIsGone_CancelsNone()
    {
        await using var sender = Fixture.Client.CreateSender("work");
        var numbers = await sender.ScheduleMessagesAsync([Message("a"), Message("b")], Now + TimeSpan.FromHours(1));

        await Assert.ThrowsAsync<ServiceBusException>(() => sender.CancelScheduledMessagesAsync([.. numbers, 4711]));

        Assert.Equal((0, 2, 0), await Fixture.CountAsync("work"));
    }

    [Fact]
    public async Task Send_SameIdWithinTheWindow_IsDropped()
    {
        await Fixture.SendAsync("once", Message("a", "1"), Message("b", "1"), Message("c", "2"));
        await Fixture.Receiver("once").CompleteMessageAsync(await Fixture.ReceiveOneAsync("once"));
        await Fixture.SendAsync("once", Message("d", "1"));
        Assert.Equal(["c"], ServiceBusFixture.Bodies(await Fixture.PeekAsync("once")));

        Fixture.Time.Advance(Window);
        await Fixture.SendAsync("once", Message("e", "1"));

        Assert.Equal(["c", "e"], ServiceBusFixture.Bodies(await Fixture.PeekAsync("once")));
    }

    [Fact]
    public async Task Schedule_SameId_CountsFromTheScheduling()
    {
        await Fixture.ScheduleAsync("once", Message("a", "1"), Now + TimeSpan.FromMinutes(1));

        await Fixture.ScheduleAsync("once", Message("b", "1"), Now + TimeSpan.FromMinutes(2));

        Assert.Equal((0, 1, 0), await Fixture.CountAsync("once"));
    }

    [Fact]
    public async Task Send_SameIdWithoutAWindow_IsKept()
    {
        await Fixture.SendAsync("work", Message("a", "1"), Message("b", "1"));

        Assert.Equal((2, 0, 0), await Fixture.CountAsync("work"));
    }

    [Fact]
    public async Task Send_WithoutAnId_GetsOne()
    {
        await Fixture.SendAsync("work", "a");

        Assert.NotEmpty((await Fixture.ReceiveOneAsync("work")).MessageId);
    }

    [Fact]
    public async Task TimeToLive_Over_DeadLettersWhereTheQueueSaysSo()
    {
        await Fixture.SendAsync("short", "a");
        await Fixture.SendAsync("dropping", "b");
        Fixture.Time.Advance(TimeSpan.FromMinutes(5));

        Assert.Empty(await Fixture.ReceiveAsync("short"));
        Assert.Equal("TTLExpiredException", Assert.Single(await Fixture.PeekAsync("short", SubQueue.DeadLetter)).DeadLetterReason);
        Assert.Equal((0, 0, 0), await Fixture.CountAsync("dropping"));
    }

    [Fact]
    public async Task TimeToLive_OfTheMessage_CountsWhenItIsShorter()
    {
        await Fixture.SendAsync(
            "short", new ServiceBusMessage("a") { TimeToLive = TimeSpan.FromMinutes(1) }, new ServiceBusMessage(
                "b")
            { TimeToLive = TimeSpan.FromHours(1) });
        Fixture.Time.Advance(TimeSpan.FromMinutes(1));

        var left = await Fixture.ReceiveOneAsync("short");

        Assert.Equal(("b", TimeSpan.FromMinutes(5)), (left.Body.ToString(), left.TimeToLive));
    }

    [Fact]
    public async Task TimeToLive_OfAScheduledMessage_CountsFromItsTime()
    {
        await Fixture.ScheduleAsync("short", Message("a"), Now + TimeSpan.FromHours(1));
        Fixture.Time.Advance(TimeSpan.FromHours(1));
        await Fixture.CountAsync("short");
        Fixture.Time.Advance(TimeSpan.FromMinutes(5) - TimeSpan.FromTicks(1));

        await Fixture.ReceiveOneAsync("short");
    }

    [Fact]
    public async Task TimeToLive_OverWhileLocked_CountsWhenTheLockEnds()
    {
        await Fixture.SendAsync("short", "a", "b");
        Fixture.Time.Advance(TimeSpan.FromMinutes(4.5));
        var messages = new[] { await Fixture.ReceiveOneAsync("short"), await Fixture.ReceiveOneAsync("short") };
        Fixture.Time.Advance(TimeSpan.FromMinutes(0.75));
        await Fixture.Receiver("short").CompleteMessageAsync(messages[0]);
        Assert.Empty(await Fixture.PeekAsync("short", SubQueue.DeadLetter));

        await Fixture.Receiver("short").AbandonMessageAsync(messages[1]);

        Assert.Equal(["b"], ServiceBusFixture.Bodies(await Fixture.PeekAsync("short", SubQueue.DeadLetter)));
    }

    [Fact]
    public async Task Send_TooLarge_NothingIsStored()
    {
        var e = await Assert.ThrowsAsync<ServiceBusException>(() => Fixture.SendAsync("work", "a", new string('x', 256 * 1024)));

        Assert.Equal(ServiceBusFailureReason.MessageSizeExceeded, e.Reason);
        Assert.Equal((0, 0, 0), await Fixture.CountAsync("work"));
    }

    [Fact]
    public async Task Batch_Full_HoldsWhatTheBrokerTakes()
    {
        await using var sender = Fixture.Client.CreateSender("work");
        using var batch = await sender.CreateMessageBatchAsync();
        while (batch.TryAddMessage(new ServiceBusMessage(new byte[1000]))) { }

        await sender.SendMessagesAsync(batch);

        Assert.Equal(256 * 1024, batch.MaxSizeInBytes);
        Assert.Equal((batch.Count, 0, 0), await Fixture.CountAsync("work"));
    }

    [Fact]
    public async Task Send_PropertyTooLarge_Throws()
    {
        var message = new ServiceBusMessage("a") { ApplicationProperties = { ["stack"] = new string('x', 32 * 1024) } };

        var e = await Assert.ThrowsAsync<ServiceBusException>(() => Fixture.SendAsync("work", message));

        Assert.Equal(ServiceBusFailureReason.MessageSizeExceeded, e.Reason);
        await Fixture.SendAsync("work", "the link lives on");
    }

    [Fact]
    public async Task Send_ManyCallersAtOnce_LoseNothing()
    {
        await using var sender = Fixture.Client.CreateSender("work");
        await Task.WhenAll(Enumerable.Range(0, 500).Select(i => sender.SendMessageAsync(new ServiceBusMessage($"{i}"))));

        var received = new List<string>();
        while (received.Count < 500 && await Fixture.Receiver("work")
            .ReceiveMessagesAsync(100, TimeSpan.FromMinutes(1)) is { Count: > 0 } batch)
        {
            received.AddRange(ServiceBusFixture.Bodies(batch));
        }

        Assert.Equal(Enumerable.Range(0, 500).Select(i => $"{i}").Order(), received.Order());
    }

    [Fact]
    public async Task Send_OneAfterAnother_KeepTheirOrder()
    {
        await using var sender = Fixture.Client.CreateSender("work");
        for (var i = 0; i < 50; i++) await sender.SendMessageAsync(new ServiceBusMessage($"{i}"));

        Assert.Equal(Enumerable.Range(0, 50).Select(i => $"{i}"), ServiceBusFixture.Bodies(await Fixture.PeekAsync("work")));
    }

    private static ServiceBusMessage Message(string body, string? id = null)
    {
        var message = new ServiceBusMessage(body);
        if (id is not null) message.MessageId = id;
        return message;
    }
}
