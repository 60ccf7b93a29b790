using Azure.Messaging.ServiceBus;
using Serverless.Local.Runtime.Queues;

namespace Serverless.IntegrationTests.Queues;

public sealed class SendingTests : IAsyncLifetime
{
    private static readonly TimeSpan Window = TimeSpan.FromMinutes(10);

    private readonly BrokerFixture _fixture = new(
        new QueueDefinition("work"),
        new QueueDefinition("once") { DuplicateDetectionWindow = Window },
        new QueueDefinition("short") { DefaultTimeToLive = TimeSpan.FromMinutes(5), DeadLetterOnExpiration = true },
        new QueueDefinition("dropping") { DefaultTimeToLive = TimeSpan.FromMinutes(5) });

    private QueueBroker Broker => _fixture.Broker;

    private DateTimeOffset Now => _fixture.Time.GetUtcNow();

    public Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync() => _fixture.DisposeAsync().AsTask();

    [Fact]
    public async Task ScheduleAsync_Later_ArrivesThenWithANewNumber()
    {
        var number = await Broker.ScheduleAsync("work", Message("a", due: Now + TimeSpan.FromHours(1)));
        var peeked = Assert.Single(await Broker.PeekAsync("work", 0, 10));
        Assert.Equal((ServiceBusMessageState.Scheduled, number), (peeked.State, peeked.SequenceNumber));
        Assert.Equal(new QueueCounts(0, 1, 0), await Broker.CountAsync("work"));
        Assert.Empty(await _fixture.ReceiveAsync("work"));
        await _fixture.SendAsync("work", "b");
        await Broker.CompleteAsync(await _fixture.ReceiveOneAsync("work"));

        _fixture.Time.Advance(TimeSpan.FromHours(1));

        var message = await _fixture.ReceiveOneAsync("work");
        Assert.Equal("a", message.Body.ToString());
        Assert.True(message.SequenceNumber > number);
        Assert.Equal(number, message.EnqueuedSequenceNumber);
        Assert.Equal(Now, message.EnqueuedTime);
    }

    [Fact]
    public async Task ScheduleAsync_DueMessage_WakesAWaitingReceiver()
    {
        await Broker.ScheduleAsync("work", Message("late", due: Now + TimeSpan.FromHours(2)));
        await Broker.ScheduleAsync("work", Message("soon", due: Now + TimeSpan.FromHours(1)));
        var waiting = Broker.ReceiveAsync("work", 5, Timeout.InfiniteTimeSpan);

        _fixture.Time.Advance(TimeSpan.FromHours(1));

        Assert.Equal(["soon"], BrokerFixture.Bodies(await waiting));
    }

    [Fact]
    public async Task ScheduleAsync_SeveralDue_ComeInTheOrderOfTheirTimes()
    {
        await Broker.ScheduleAsync("work", Message("third", due: Now + TimeSpan.FromMinutes(3)));
        await Broker.ScheduleAsync("work", Message("first", due: Now + TimeSpan.FromMinutes(1)));
        await Broker.ScheduleAsync("work", Message("second", due: Now + TimeSpan.FromMinutes(2)));

        _fixture.Time.Advance(TimeSpan.FromHours(1));

        Assert.Equal(["first", "second", "third"], BrokerFixture.Bodies(await _fixture.ReceiveAsync("work", 5)));
    }

    [Fact]
    public async Task ScheduleAsync_InThePast_IsActiveAtOnce()
    {
        await Broker.ScheduleAsync("work", Message("a", due: Now - TimeSpan.FromHours(1)));

        await _fixture.ReceiveOneAsync("work");
    }

    [Fact]
    public async Task CancelScheduledAsync_BeforeItsTime_NeverArrives()
    {
        var number = await Broker.ScheduleAsync("work", Message("a", due: Now + TimeSpan.FromHours(1)));
        await Broker.CancelScheduledAsync("work", number);

        _fixture.Time.Advance(TimeSpan.FromHours(2));

        Assert.Empty(await _fixture.ReceiveAsync("work"));
        var e = await Assert.ThrowsAsync<ServiceBusException>(() => Broker.CancelScheduledAsync("work", number));
        Assert.Equal(ServiceBusFailureReason.MessageNotFound, e.Reason);
    }

    [Fact]
    public async Task CancelScheduledAsync_AfterItBecameActive_NotFound()
    {
        var number = await Broker.ScheduleAsync("work", Message("a", due: Now + TimeSpan.FromHours(1)));
        _fixture.Time.Advance(TimeSpan.FromHours(1));

        await Assert.ThrowsAsync<ServiceBusException>(() => Broker.CancelScheduledAsync("work", number));

        await _fixture.ReceiveOneAsync("work");
    }

    [Fact]
    public async Task SendAsync_SameIdWithinTheWindow_IsDropped()
    {
        await Broker.SendAsync("once", [Message("a", id: "1"), Message("b", id: "1"), Message("c", id: "2")]);
        await Broker.CompleteAsync(await _fixture.ReceiveOneAsync("once"));
        await Broker.SendAsync("once", [Message("d", id: "1")]);
        Assert.Equal(["c"], BrokerFixture.Bodies(await _fixture.ReceiveAsync("once", 5)));

        _fixture.Time.Advance(Window);
        await Broker.SendAsync("once", [Message("e", id: "1")]);

        Assert.Contains("e", BrokerFixture.Bodies(await _fixture.ReceiveAsync("once", 5)));
    }

    [Fact]
    public async Task ScheduleAsync_SameId_CountsFromTheScheduling()
    {
        await Broker.ScheduleAsync("once", Message("a", id: "1", due: Now + TimeSpan.FromMinutes(1)));

        Assert.Equal(0, await Broker.ScheduleAsync("once", Message("b", id: "1", due: Now + TimeSpan.FromMinutes(2))));
        Assert.Equal(new QueueCounts(0, 1, 0), await Broker.CountAsync("once"));
    }

    [Fact]
    public async Task SendAsync_SameIdWithoutAWindow_IsKept()
    {
        await Broker.SendAsync("work", [Message("a", id: "1"), Message("b", id: "1")]);

        Assert.Equal(2, (await Broker.CountAsync("work")).Active);
    }

    [Fact]
    public async Task TimeToLive_Over_DeadLettersWhereTheQueueSaysSo()
    {
        await _fixture.SendAsync("short", "a");
        await _fixture.SendAsync("dropping", "b");
        _fixture.Time.Advance(TimeSpan.FromMinutes(5));

        Assert.Empty(await _fixture.ReceiveAsync("short"));
        Assert.Equal("TTLExpiredException", Assert.Single(await _fixture.DeadLettersAsync("short")).DeadLetterReason);
        Assert.Equal(new QueueCounts(0, 0, 0), await Broker.CountAsync("dropping"));
    }

    [Fact]
    public async Task TimeToLive_OfTheMessage_CountsWhenItIsShorter()
    {
        await Broker.SendAsync(
            "short",
            [Message("a") with { TimeToLive = TimeSpan.FromMinutes(1) }, Message("b") with { TimeToLive = TimeSpan.FromHours(1) }]);
        _fixture.Time.Advance(TimeSpan.FromMinutes(1));

        var left = await _fixture.ReceiveOneAsync("short");

        Assert.Equal(("b", TimeSpan.FromMinutes(5)), (left.Body.ToString(), left.TimeToLive));
    }

    [Fact]
    public async Task TimeToLive_OfAScheduledMessage_CountsFromItsTime()
    {
        await Broker.ScheduleAsync("short", Message("a", due: Now + TimeSpan.FromHours(1)));
        _fixture.Time.Advance(TimeSpan.FromHours(1));
        _fixture.Time.Advance(TimeSpan.FromMinutes(5) - TimeSpan.FromTicks(1));

        await _fixture.ReceiveOneAsync("short");
    }

    [Fact]
    public async Task TimeToLive_OverWhileLocked_CountsWhenTheLockEnds()
    {
        await _fixture.SendAsync("short", "a", "b");
        _fixture.Time.Advance(TimeSpan.FromMinutes(4.5));
        var messages = await _fixture.ReceiveAsync("short", 2);
        _fixture.Time.Advance(TimeSpan.FromMinutes(0.75));
        await Broker.CompleteAsync(messages[0]);
        Assert.Empty(await _fixture.DeadLettersAsync("short"));

        await Broker.AbandonAsync(messages[1]);

        Assert.Equal(["b"], BrokerFixture.Bodies(await _fixture.DeadLettersAsync("short")));
    }

    [Fact]
    public async Task SendAsync_TooLarge_NothingIsStored()
    {
        var e = await Assert.ThrowsAsync<ServiceBusException>(
            () => Broker.SendAsync("work", [Message("a"), Message(new string('x', 256 * 1024))]));

        Assert.Equal(ServiceBusFailureReason.MessageSizeExceeded, e.Reason);
        Assert.Equal(new QueueCounts(0, 0, 0), await Broker.CountAsync("work"));
    }

    [Fact]
    public async Task SendAsync_PropertyTooLarge_Throws()
    {
        var message = Message(
            "a") with
        { ApplicationProperties = new Dictionary<string, object> { ["stack"] = new string('x', 32 * 1024) } };

        await Assert.ThrowsAsync<ServiceBusException>(() => Broker.SendAsync("work", [message]));
    }

    [Fact]
    public async Task SendAsync_IdTooLong_Throws() =>
        await Assert.ThrowsAsync<ArgumentException>(() => Broker.SendAsync("work", [Message("a", id: new string('x', 129))]));

    [Fact]
    public async Task SendAsync_ManyCallersAtOnce_LoseNothing()
    {
        await Task.WhenAll(Enumerable.Range(0, 500).Select(i => Task.Run(() => _fixture.SendAsync("work", $"{i}"))));

        var received = new List<string>();
        while (await _fixture.ReceiveAsync("work", 100) is { Count: > 0 } batch) received.AddRange(BrokerFixture.Bodies(batch));

        Assert.Equal(Enumerable.Range(0, 500).Select(i => $"{i}").Order(), received.Order());
    }

    private static QueueMessage Message(string body, string? id = null, DateTimeOffset? due = null) =>
        new(BinaryData.FromString(body)) { MessageId = id, ScheduledEnqueueTime = due };
}
