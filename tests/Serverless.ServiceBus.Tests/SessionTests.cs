using Azure.Messaging.ServiceBus;
using Serverless.Local.ServiceBus;

namespace Serverless.ServiceBus.Tests;

public sealed class SessionTests() : ServiceBusTest(
    new QueueDefinition(Queue) { RequiresSession = true, MaxDeliveryCount = 2, LockDuration = ServiceBusFixture.Lock }, new QueueDefinition(
        "plain"))
{
    private const string Queue = "tenants";

    private static readonly TimeSpan Wait = TimeSpan.FromSeconds(20);

    [Fact]
    public async Task Send_WithoutASession_Throws() =>
        await Assert.ThrowsAsync<InvalidOperationException>(() => Fixture.SendAsync(Queue, "a"));

    [Fact]
    public async Task Receive_WithoutASession_Throws() =>
        await Assert.ThrowsAsync<InvalidOperationException>(() => Fixture.ReceiveAsync(Queue));

    [Fact]
    public async Task AcceptSession_QueueWithoutSessions_Throws() =>
        await Assert.ThrowsAsync<InvalidOperationException>(() => Fixture.Client.AcceptSessionAsync("plain", "s"));

    [Fact]
    public async Task Session_OneConsumerAtATime_InOrder()
    {
        await SendAsync("s1", "a", "b", "c");
        await SendAsync("s2", "x");
        await using var first = await Fixture.Client.AcceptNextSessionAsync(Queue);
        await using var second = await Fixture.Client.AcceptNextSessionAsync(Queue);

        Assert.Equal(("s1", "s2"), (first.SessionId, second.SessionId));
        var e = await Assert.ThrowsAsync<ServiceBusException>(() => Fixture.Client.AcceptSessionAsync(Queue, "s1"));
        Assert.Equal(ServiceBusFailureReason.SessionCannotBeLocked, e.Reason);
        Assert.Equal(["a"], ServiceBusFixture.Bodies(await first.ReceiveMessagesAsync(1, Wait)));
        Assert.Equal(["b", "c"], ServiceBusFixture.Bodies(await first.ReceiveMessagesAsync(2, Wait)));
        Assert.Equal(["x"], ServiceBusFixture.Bodies(await second.ReceiveMessagesAsync(1, Wait)));
    }

    [Fact]
    public async Task AcceptNext_BusySessions_EachHasItsTurn()
    {
        foreach (var id in new[] { "s1", "s2", "s3" }) await SendAsync(id, "a", "b");
        var turns = new List<string>();
        for (var i = 0; i < 6; i++)
        {
            await using var session = await Fixture.Client.AcceptNextSessionAsync(Queue);
            turns.Add(session.SessionId);
            await session.CompleteMessageAsync(await session.ReceiveMessageAsync(Wait));
        }

        Assert.Equal(["s1", "s2", "s3", "s1", "s2", "s3"], turns);
    }

    [Fact]
    public async Task AcceptNext_NothingWaits_WakesWithTheFirstMessage()
    {
        var waiting = Fixture.Client.AcceptNextSessionAsync(Queue);

        await SendAsync("s1", "a");

        await using var session = await waiting;
        Assert.Equal("s1", session.SessionId);
    }

    [Fact]
    public async Task AcceptNext_NothingComes_TimesOut()
    {
        await using var client = new ServiceBusClient(
            Fixture.Bus.ConnectionString,
            new ServiceBusClientOptions { RetryOptions = { MaxRetries = 0, TryTimeout = TimeSpan.FromSeconds(2) } });

        var e = await Assert.ThrowsAsync<ServiceBusException>(() => client.AcceptNextSessionAsync(Queue));

        Assert.Equal(ServiceBusFailureReason.ServiceTimeout, e.Reason);
    }

    [Fact]
    public async Task AcceptNext_Cancelled_TakesNoSessionAway()
    {
        using var cancellation = new CancellationTokenSource(TimeSpan.FromMilliseconds(300));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => Fixture.Client.AcceptNextSessionAsync(Queue, cancellationToken: cancellation.Token));

        await SendAsync("s1", "a");

        await using var session = await Fixture.Client.AcceptNextSessionAsync(Queue);
        Assert.Equal("s1", session.SessionId);
    }

    [Fact]
    public async Task Abandon_InASession_ComesBackBeforeTheLaterOnes()
    {
        await SendAsync("s1", "a", "b");
        await using var session = await Fixture.Client.AcceptNextSessionAsync(Queue);

        await session.AbandonMessageAsync(await session.ReceiveMessageAsync(Wait));

        Assert.Equal(["a", "b"], ServiceBusFixture.Bodies(await session.ReceiveMessagesAsync(2, Wait)));
    }

    [Fact]
    public async Task Lock_Expires_AnotherConsumerGetsTheSession()
    {
        await SendAsync("s1", "a");
        await using var first = await Fixture.Client.AcceptNextSessionAsync(Queue);
        var message = await first.ReceiveMessageAsync(Wait);
        var waiting = Fixture.Client.AcceptNextSessionAsync(Queue);

        Fixture.Time.Advance(ServiceBusFixture.Lock);

        await using var second = await waiting;
        Assert.Equal(2, (await second.ReceiveMessageAsync(Wait)).DeliveryCount);
        // A client that has heard of the end already refuses by itself.
        var e = await Assert.ThrowsAnyAsync<Exception>(() => first.CompleteMessageAsync(message));
        Assert.True(e is ServiceBusException { Reason: ServiceBusFailureReason.SessionLockLost } or ObjectDisposedException, e.ToString());
    }

    [Fact]
    public async Task Renew_Session_RenewsItsMessagesToo()
    {
        await SendAsync("s1", "a");
        await using var session = await Fixture.Client.AcceptNextSessionAsync(Queue);
        var message = await session.ReceiveMessageAsync(Wait);
        for (var i = 0; i < 3; i++)
        {
            Fixture.Time.Advance(ServiceBusFixture.Lock * 0.9);
            await session.RenewSessionLockAsync();
        }

        await session.CompleteMessageAsync(message);
    }

    [Fact]
    public async Task Close_UnsettledMessages_AreGivenBackOrDeadLettered()
    {
        await SendAsync("s1", "a");
        for (var i = 0; i < 2; i++)
        {
            await using var session = await Fixture.Client.AcceptNextSessionAsync(Queue);
            Assert.NotNull(await session.ReceiveMessageAsync(Wait));
        }

        var dead = await Fixture.Receiver(Queue, SubQueue.DeadLetter).ReceiveMessageAsync(Wait);

        Assert.Equal(("a", "s1"), (dead.Body.ToString(), dead.SessionId));
    }

    [Fact]
    public async Task State_IsKeptBetweenConsumers()
    {
        await SendAsync("s1", "a");
        await using (var first = await Fixture.Client.AcceptNextSessionAsync(Queue))
        {
            Assert.Null(await first.GetSessionStateAsync());
            await first.SetSessionStateAsync(BinaryData.FromString("half"));
        }

        await Fixture.ReopenAsync();

        await using var second = await Fixture.Client.AcceptNextSessionAsync(Queue);
        Assert.Equal("half", (await second.GetSessionStateAsync()).ToString());
        await second.SetSessionStateAsync(null);
        Assert.Null(await second.GetSessionStateAsync());
    }

    [Fact]
    public async Task Defer_InASession_OnlyItsHolderGetsIt()
    {
        await SendAsync("s1", "a");
        await using var session = await Fixture.Client.AcceptNextSessionAsync(Queue);
        var message = await session.ReceiveMessageAsync(Wait);
        await session.DeferMessageAsync(message);

        var deferred = await session.ReceiveDeferredMessageAsync(message.SequenceNumber);
        await session.CompleteMessageAsync(deferred);

        Assert.Equal((0, 0, 0), await Fixture.CountAsync(Queue));
    }

    [Fact]
    public async Task Peek_InASession_ShowsItsMessagesAlone()
    {
        await SendAsync("s1", "a", "b");
        await SendAsync("s2", "x");
        await using var session = await Fixture.Client.AcceptSessionAsync(Queue, "s1");

        Assert.Equal(["a", "b"], ServiceBusFixture.Bodies(await session.PeekMessagesAsync(10)));
        Assert.Equal(3, (await Fixture.PeekAsync(Queue)).Count);
    }

    [Fact]
    public async Task List_Sessions_AreThoseWithMessagesOrAState()
    {
        await SendAsync("waiting", "a");
        await SendAsync("done", "a");
        await WithStateAsync("stated", "half");
        await WithStateAsync("cleared", "half");
        await WithStateAsync("cleared", null);
        await using (var session = await Fixture.Client.AcceptSessionAsync(Queue, "done"))
            await session.CompleteMessageAsync(await session.ReceiveMessageAsync(Wait));

        Assert.Equal(["stated", "waiting"], await ListAsync(Fixture.Client.GetMessageSessionsAsync(Queue)));
        await Assert.ThrowsAsync<InvalidOperationException>(() => ListAsync(Fixture.Client.GetMessageSessionsAsync("plain")));
    }

    [Fact]
    public async Task List_MoreSessionsThanAPage_AllCome()
    {
        var ids = Enumerable.Range(0, 270).Select(i => $"s{i:000}").ToList();
        await Fixture.SendAsync(Queue, [.. ids.Select(id => new ServiceBusMessage("a") { SessionId = id })]);

        Assert.Equal(ids, await ListAsync(Fixture.Client.GetMessageSessionsAsync(Queue)));
    }

    [Fact]
    public async Task List_ByTheTimeOfTheState_AreThoseSetLater()
    {
        await SendAsync("waiting", "a");
        await WithStateAsync("early", "1");
        Fixture.Time.Advance(TimeSpan.FromHours(2));
        await WithStateAsync("late", "1");

        // For a client the broker's now is its own.
        var anHourAgo = TimeProvider.System.GetUtcNow() - TimeSpan.FromHours(1);
        Assert.Equal(["late"], await ListAsync(Fixture.Client.GetMessageSessionsAsync(Queue, anHourAgo)));
    }

    private async Task WithStateAsync(string id, string? state)
    {
        await using var session = await Fixture.Client.AcceptSessionAsync(Queue, id);
        await session.SetSessionStateAsync(state is null ? null : BinaryData.FromString(state));
    }

    private static async Task<List<string>> ListAsync(IAsyncEnumerable<string> sessions)
    {
        var ids = new List<string>();
        await foreach (var id in sessions) ids.Add(id);
        return ids;
    }

    private Task SendAsync(string session, params string[] bodies) =>
        Fixture.SendAsync(Queue, [.. bodies.Select(body => new ServiceBusMessage(body) { SessionId = session })]);
}
