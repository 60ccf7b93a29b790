using Azure.Messaging.ServiceBus;
using Serverless.Local.Runtime.Queues;

namespace Serverless.IntegrationTests.Queues;

public sealed class SessionTests : IAsyncLifetime
{
    private const string Queue = "tenants";

    private readonly BrokerFixture _fixture = new(
        new QueueDefinition(Queue) { RequiresSession = true, MaxDeliveryCount = 2, LockDuration = BrokerFixture.Lock }, new QueueDefinition(
            "plain"));

    private QueueBroker Broker => _fixture.Broker;

    public Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync() => _fixture.DisposeAsync().AsTask();

    [Fact]
    public async Task SendAsync_WithoutASession_Throws() =>
        await Assert.ThrowsAsync<InvalidOperationException>(() => _fixture.SendAsync(Queue, "a"));

    [Fact]
    public async Task ReceiveAsync_WithoutASession_Throws() =>
        await Assert.ThrowsAsync<InvalidOperationException>(() => _fixture.ReceiveAsync(Queue));

    [Fact]
    public async Task AcceptSession_QueueWithoutSessions_Throws() =>
        await Assert.ThrowsAsync<InvalidOperationException>(() => Broker.AcceptSessionAsync("plain", "s"));

    [Fact]
    public async Task Session_OneConsumerAtATime_InOrder()
    {
        await SendAsync("s1", "a", "b", "c");
        await SendAsync("s2", "x");
        var first = await AcceptNextAsync();
        var second = await AcceptNextAsync(first!.Id);

        Assert.Equal(("s1", "s2"), (first.Id, second!.Id));
        Assert.Null(await AcceptNextAsync());
        var e = await Assert.ThrowsAsync<ServiceBusException>(() => Broker.AcceptSessionAsync(Queue, "s1"));
        Assert.Equal(ServiceBusFailureReason.SessionCannotBeLocked, e.Reason);
        Assert.Equal(["a"], BrokerFixture.Bodies(await Broker.ReceiveAsync(first, 1)));
        Assert.Equal(["b", "c"], BrokerFixture.Bodies(await Broker.ReceiveAsync(first, 5)));
        Assert.Equal(["x"], BrokerFixture.Bodies(await Broker.ReceiveAsync(second, 5)));
    }

    [Fact]
    public async Task AcceptNext_BusySessions_EachHasItsTurn()
    {
        foreach (var id in new[] { "s1", "s2", "s3" }) await SendAsync(id, "a", "b");
        var turns = new List<string>();
        var last = "";
        for (var i = 0; i < 6; i++)
        {
            var session = await AcceptNextAsync(last);
            turns.Add(last = session!.Id);
            await Broker.CompleteAsync(Assert.Single(await Broker.ReceiveAsync(session, 1)));
            await Broker.ReleaseAsync(session);
        }

        Assert.Equal(["s1", "s2", "s3", "s1", "s2", "s3"], turns);
        Assert.Null(await AcceptNextAsync(last));
    }

    [Fact]
    public async Task AcceptNext_NothingWaits_WakesWithTheFirstMessage()
    {
        var waiting = Broker.AcceptNextSessionAsync(Queue, "", Timeout.InfiniteTimeSpan, CancellationToken.None);

        await SendAsync("s1", "a");

        Assert.Equal("s1", (await waiting)!.Id);
    }

    [Fact]
    public async Task AbandonAsync_InASession_ComesBackBeforeTheLaterOnes()
    {
        await SendAsync("s1", "a", "b");
        var session = await AcceptNextAsync();

        await Broker.AbandonAsync(Assert.Single(await Broker.ReceiveAsync(session!, 1)));

        Assert.Equal(["a", "b"], BrokerFixture.Bodies(await Broker.ReceiveAsync(session!, 5)));
    }

    [Fact]
    public async Task Lock_Expires_AnotherConsumerGetsTheSession()
    {
        await SendAsync("s1", "a");
        var first = await AcceptNextAsync();
        var message = Assert.Single(await Broker.ReceiveAsync(first!, 1));
        Assert.Equal(first!.LockedUntil, message.LockedUntil);
        var waiting = Broker.AcceptNextSessionAsync(Queue, "", Timeout.InfiniteTimeSpan, CancellationToken.None);

        _fixture.Time.Advance(BrokerFixture.Lock);

        var second = await waiting;
        Assert.Equal(2, Assert.Single(await Broker.ReceiveAsync(second!, 1)).DeliveryCount);
        await Assert.ThrowsAsync<ServiceBusException>(() => Broker.CompleteAsync(message));
        var e = await Assert.ThrowsAsync<ServiceBusException>(() => Broker.ReceiveAsync(first, 1));
        Assert.Equal(ServiceBusFailureReason.SessionLockLost, e.Reason);
        await Assert.ThrowsAsync<ServiceBusException>(() => Broker.RenewAsync(first));
    }

    [Fact]
    public async Task RenewAsync_Session_RenewsItsMessagesToo()
    {
        await SendAsync("s1", "a");
        var session = await AcceptNextAsync();
        var message = Assert.Single(await Broker.ReceiveAsync(session!, 1));
        for (var i = 0; i < 3; i++)
        {
            _fixture.Time.Advance(BrokerFixture.Lock * 0.9);
            await Broker.RenewAsync(session!);
        }

        await Broker.CompleteAsync(message);
        await Broker.ReleaseAsync(session!);
    }

    [Fact]
    public async Task ReleaseAsync_UnsettledMessages_AreGivenBackOrDeadLettered()
    {
        await SendAsync("s1", "a");
        for (var i = 0; i < 2; i++)
        {
            var session = await AcceptNextAsync();
            Assert.Single(await Broker.ReceiveAsync(session!, 1));
            await Broker.ReleaseAsync(session!);
        }

        Assert.Null(await AcceptNextAsync());
        Assert.Equal(["a"], BrokerFixture.Bodies(await _fixture.ReceiveAsync(EntityPath.DeadLetters(Queue), 5)));
    }

    [Fact]
    public async Task State_IsKeptBetweenConsumers()
    {
        await SendAsync("s1", "a");
        var first = await AcceptNextAsync();
        Assert.Equal(0, (await Broker.GetStateAsync(first!)).ToMemory().Length);
        await Broker.SetStateAsync(first!, BinaryData.FromString("half"));
        await Broker.ReleaseAsync(first!);
        await Assert.ThrowsAsync<ServiceBusException>(() => Broker.GetStateAsync(first!));

        await _fixture.ReopenAsync();

        Assert.Equal("half", (await Broker.GetStateAsync((await AcceptNextAsync())!)).ToString());
    }

    private Task SendAsync(string session, params string[] bodies) =>
        Broker.SendAsync(Queue, bodies.Select(b => new QueueMessage(BinaryData.FromString(b)) { SessionId = session }));

    private Task<SessionLock?> AcceptNextAsync(string after = "") =>
        Broker.AcceptNextSessionAsync(Queue, after, TimeSpan.Zero, CancellationToken.None);
}
