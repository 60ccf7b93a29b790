using Azure.Messaging.ServiceBus;
using Serverless.Local.Runtime.Queues;
using Serverless.TestSupport;

namespace Serverless.IntegrationTests.Queues;

public sealed class PeekLockTests : IAsyncLifetime
{
    private const string Queue = "work";

    private readonly BrokerFixture _fixture = new(new QueueDefinition(Queue) { MaxDeliveryCount = 3, LockDuration = BrokerFixture.Lock });

    private QueueBroker Broker => _fixture.Broker;

    public Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync() => _fixture.DisposeAsync().AsTask();

    [Fact]
    public async Task ReceiveAsync_SeveralMessages_InOrderAndEachOnce()
    {
        await _fixture.SendAsync(Queue, "a", "b", "c");

        Assert.Equal(["a", "b"], BrokerFixture.Bodies(await _fixture.ReceiveAsync(Queue, 2)));
        Assert.Equal(["c"], BrokerFixture.Bodies(await _fixture.ReceiveAsync(Queue, 2)));
        Assert.Empty(await _fixture.ReceiveAsync(Queue, 2));
    }

    [Fact]
    public async Task ReceiveAsync_AllMembers_ComeAsSent()
    {
        var properties = new Dictionary<string, object>
        {
            ["text"] = "ä",
            ["int"] = 1,
            ["long"] = 2L,
            ["double"] = 0.1,
            ["bool"] = true,
            ["time"] = new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.FromHours(1)),
            ["span"] = TimeSpan.FromSeconds(1.5),
            ["id"] = Guid.Parse("0a6c1c1e-7f6b-4bb2-8a2e-111111111111"),
            ["uri"] = new Uri("https://example.org/a?b"),
            ["char"] = 'x',
        };
        await Broker.SendAsync(Queue, [new QueueMessage(BinaryData.FromString("{}"))
        {
            MessageId = "m1",
            SessionId = "s1",
            ContentType = "application/json",
            CorrelationId = "c1",
            Subject = "task",
            To = "to",
            ReplyTo = "reply",
            TimeToLive = TimeSpan.FromHours(1),
            ApplicationProperties = properties,
        }]);

        var message = await _fixture.ReceiveOneAsync(Queue);

        Assert.Equal(
            ("m1", "s1", "application/json", "c1"), (message.MessageId, message.SessionId, message.ContentType, message.CorrelationId));
        Assert.Equal(("task", "to", "reply", "{}"), (message.Subject, message.To, message.ReplyTo, message.Body.ToString()));
        Assert.Equal(properties, message.ApplicationProperties);
        Assert.Equal(_fixture.Time.GetUtcNow(), message.EnqueuedTime);
        Assert.Equal(_fixture.Time.GetUtcNow() + TimeSpan.FromHours(1), message.ExpiresAt);
        Assert.Equal(_fixture.Time.GetUtcNow() + BrokerFixture.Lock, message.LockedUntil);
        Assert.Equal((1, ServiceBusMessageState.Active), (message.DeliveryCount, message.State));
        Assert.NotEqual(Guid.Empty, Guid.Parse(message.LockToken));
    }

    [Fact]
    public async Task ReceiveAsync_QueueNameInOtherCase_IsTheSameQueue()
    {
        await _fixture.SendAsync("WORK", "a");

        await _fixture.ReceiveOneAsync("Work");
    }

    [Fact]
    public async Task ReceiveAsync_NoSuchQueue_NamesTheKnownOnes()
    {
        var e = await Assert.ThrowsAsync<ServiceBusException>(() => _fixture.ReceiveAsync("nowhere"));

        Assert.Equal(ServiceBusFailureReason.MessagingEntityNotFound, e.Reason);
        Assert.Contains(Queue, e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ReceiveAsync_EmptyQueue_WakesWithTheFirstMessage()
    {
        var receiving = Broker.ReceiveAsync(Queue, 10, Timeout.InfiniteTimeSpan);
        Assert.False(receiving.IsCompleted);

        await _fixture.SendAsync(Queue, "a");

        Assert.Equal(["a"], BrokerFixture.Bodies(await receiving));
    }

    [Fact]
    public async Task ReceiveAsync_WaitIsOver_ReturnsNothing()
    {
        await _fixture.ReceiveAsync(Queue);
        var receiving = Broker.ReceiveAsync(Queue, 1, TimeSpan.FromSeconds(5));

        await Eventually.TrueAsync(() =>
        {
            _fixture.Time.Advance(TimeSpan.FromSeconds(1));
            return receiving.IsCompleted;
        });

        Assert.Empty(await receiving);
    }

    [Fact]
    public async Task ReceiveAsync_Cancelled_Throws()
    {
        using var cancellation = new CancellationTokenSource();
        var receiving = Broker.ReceiveAsync(Queue, 1, Timeout.InfiniteTimeSpan, cancellation.Token);

        await cancellation.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => receiving);
    }

    [Fact]
    public async Task CompleteAsync_Locked_IsGoneForGood()
    {
        await _fixture.SendAsync(Queue, "a");

        await Broker.CompleteAsync(await _fixture.ReceiveOneAsync(Queue));

        _fixture.Time.Advance(TimeSpan.FromHours(1));
        Assert.Empty(await _fixture.ReceiveAsync(Queue));
        Assert.Equal(new QueueCounts(0, 0, 0), await Broker.CountAsync(Queue));
    }

    [Fact]
    public async Task CompleteAsync_Twice_LockLost()
    {
        await _fixture.SendAsync(Queue, "a");
        var message = await _fixture.ReceiveOneAsync(Queue);
        await Broker.CompleteAsync(message);

        var e = await Assert.ThrowsAsync<ServiceBusException>(() => Broker.CompleteAsync(message));

        Assert.Equal((ServiceBusFailureReason.MessageLockLost, false), (e.Reason, e.IsTransient));
    }

    [Fact]
    public async Task AbandonAsync_Locked_IsDeliveredAgainFirst()
    {
        await _fixture.SendAsync(Queue, "a", "b");
        await Broker.AbandonAsync(await _fixture.ReceiveOneAsync(Queue), new Dictionary<string, object> { ["tried"] = 1 });

        var again = await _fixture.ReceiveOneAsync(Queue);

        Assert.Equal(("a", 2), (again.Body.ToString(), again.DeliveryCount));
        Assert.Equal(1, again.ApplicationProperties["tried"]);
    }

    [Fact]
    public async Task Lock_Expires_IsDeliveredAgainAndTheOldLockIsWorthless()
    {
        await _fixture.SendAsync(Queue, "a");
        var first = await _fixture.ReceiveOneAsync(Queue);

        _fixture.Time.Advance(BrokerFixture.Lock - TimeSpan.FromTicks(1));
        Assert.Empty(await _fixture.ReceiveAsync(Queue));
        _fixture.Time.Advance(TimeSpan.FromTicks(1));
        await Assert.ThrowsAsync<ServiceBusException>(() => Broker.CompleteAsync(first));
        var second = await _fixture.ReceiveOneAsync(Queue);

        Assert.Equal(2, second.DeliveryCount);
        await Assert.ThrowsAsync<ServiceBusException>(() => Broker.CompleteAsync(first));
        await Broker.CompleteAsync(second);
    }

    [Fact]
    public async Task Lock_Expires_WakesAWaitingReceiver()
    {
        await _fixture.SendAsync(Queue, "a");
        await _fixture.ReceiveOneAsync(Queue);
        var waiting = Broker.ReceiveAsync(Queue, 1, Timeout.InfiniteTimeSpan);

        _fixture.Time.Advance(BrokerFixture.Lock);

        Assert.Equal(["a"], BrokerFixture.Bodies(await waiting));
    }

    [Fact]
    public async Task RenewAsync_BeforeTheEnd_LocksAnew()
    {
        await _fixture.SendAsync(Queue, "a");
        var message = await _fixture.ReceiveOneAsync(Queue);

        for (var i = 0; i < 5; i++)
        {
            _fixture.Time.Advance(BrokerFixture.Lock * 0.9);
            Assert.Empty(await Broker.RenewAsync(Queue, [message]));
        }

        Assert.Equal(_fixture.Time.GetUtcNow() + BrokerFixture.Lock, message.LockedUntil);
        await Broker.CompleteAsync(message);
    }

    [Fact]
    public async Task RenewAsync_AfterTheEnd_ReportsTheLostLock()
    {
        await _fixture.SendAsync(Queue, "a");
        var message = await _fixture.ReceiveOneAsync(Queue);
        _fixture.Time.Advance(BrokerFixture.Lock);

        Assert.Equal([message], await Broker.RenewAsync(Queue, [message]));
    }

    [Fact]
    public async Task Delivery_TooOftenAbandoned_IsDeadLettered()
    {
        await _fixture.SendAsync(Queue, "a");
        for (var i = 0; i < 3; i++) await Broker.AbandonAsync(await _fixture.ReceiveOneAsync(Queue));

        var dead = Assert.Single(await _fixture.DeadLettersAsync(Queue));

        Assert.Equal(("MaxDeliveryCountExceeded", 3), (dead.DeadLetterReason, dead.DeliveryCount));
        Assert.Equal("Message could not be consumed after 3 delivery attempts.", dead.DeadLetterErrorDescription);
        Assert.Equal(new QueueCounts(0, 0, 1), await Broker.CountAsync(Queue));
    }

    [Fact]
    public async Task Delivery_TooOftenExpired_IsDeadLetteredWithoutAReceiver()
    {
        await _fixture.SendAsync(Queue, "a");
        for (var i = 0; i < 3; i++)
        {
            await _fixture.ReceiveOneAsync(Queue);
            _fixture.Time.Advance(BrokerFixture.Lock);
        }

        Assert.Equal(new QueueCounts(0, 0, 1), await Broker.CountAsync(Queue));
    }

    [Fact]
    public async Task DeferAsync_Locked_OnlyItsNumberGetsIt()
    {
        await _fixture.SendAsync(Queue, "a", "b");
        var first = await _fixture.ReceiveOneAsync(Queue);
        await Broker.DeferAsync(first, new Dictionary<string, object> { ["why"] = "later" });

        Assert.Equal(["b"], BrokerFixture.Bodies(await _fixture.ReceiveAsync(Queue, 5)));
        var deferred = Assert.Single(await Broker.ReceiveDeferredAsync(Queue, [first.SequenceNumber]));
        Assert.Equal(
            ("a", ServiceBusMessageState.Deferred, "later"),
            (deferred.Body.ToString(), deferred.State, deferred.ApplicationProperties["why"]));
        var e = await Assert.ThrowsAsync<ServiceBusException>(() => Broker.ReceiveDeferredAsync(Queue, [first.SequenceNumber]));
        Assert.Equal(ServiceBusFailureReason.MessageNotFound, e.Reason);

        await Broker.AbandonAsync(deferred);
        await Broker.CompleteAsync(Assert.Single(await Broker.ReceiveDeferredAsync(Queue, [first.SequenceNumber])));
    }
}
