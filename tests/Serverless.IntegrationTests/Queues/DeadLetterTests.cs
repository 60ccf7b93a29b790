using Azure.Messaging.ServiceBus;
using Serverless.Local.Runtime.Queues;

namespace Serverless.IntegrationTests.Queues;

public sealed class DeadLetterTests : IAsyncLifetime
{
    private const string Queue = "work";
    private static readonly string DeadLetters = EntityPath.DeadLetters(Queue);

    private readonly BrokerFixture _fixture = new(
        new QueueDefinition(Queue) { MaxDeliveryCount = 2, DefaultTimeToLive = TimeSpan.FromHours(1), DeadLetterOnExpiration = true });

    private QueueBroker Broker => _fixture.Broker;

    public Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync() => _fixture.DisposeAsync().AsTask();

    [Fact]
    public async Task DeadLetterAsync_Locked_CarriesReasonDescriptionAndProperties()
    {
        await Broker.SendAsync(
            Queue,
            [new QueueMessage(
                BinaryData.FromString("a")) { ApplicationProperties = new Dictionary<string, object> { ["kept"] = 1, ["changed"] = 1 } }]);
        var message = await _fixture.ReceiveOneAsync(Queue);

        await Broker.DeadLetterAsync(
            message, new Dictionary<string, object> { ["changed"] = 2, ["added"] = "x" }, "validation", "no amount");

        var dead = await _fixture.ReceiveOneAsync(DeadLetters);
        Assert.Equal(
            ("validation", "no amount", message.MessageId), (dead.DeadLetterReason, dead.DeadLetterErrorDescription, dead.MessageId));
        Assert.Equal(message.SequenceNumber, dead.SequenceNumber);
        Assert.Equal(
            (1, 2, "x"), (dead.ApplicationProperties["kept"], dead.ApplicationProperties["changed"], dead.ApplicationProperties["added"]));
    }

    [Fact]
    public async Task DeadLetters_NeitherExpireNorLeaveByDeliveries()
    {
        await DeadLetterAsync("a");
        for (var i = 0; i < 5; i++) await Broker.AbandonAsync(await _fixture.ReceiveOneAsync(DeadLetters));
        _fixture.Time.Advance(TimeSpan.FromDays(100));

        Assert.Equal(new QueueCounts(0, 0, 1), await Broker.CountAsync(Queue));
        await Broker.CompleteAsync(await _fixture.ReceiveOneAsync(DeadLetters));
        Assert.Equal(new QueueCounts(0, 0, 0), await Broker.CountAsync(Queue));
    }

    [Fact]
    public async Task PeekAsync_Pages_InOrderWithoutLocks()
    {
        await DeadLetterAsync("a", "b", "c");

        var first = await Broker.PeekAsync(DeadLetters, 0, 2);
        var second = await Broker.PeekAsync(DeadLetters, first[^1].SequenceNumber + 1, 2);

        Assert.Equal(["a", "b"], BrokerFixture.Bodies(first));
        Assert.Equal(["c"], BrokerFixture.Bodies(second));
        Assert.Equal(3, (await _fixture.ReceiveAsync(DeadLetters, 5)).Count);
    }

    [Fact]
    public async Task PurgeAsync_DeadLetters_LeavesTheQueueAndWhatIsLocked()
    {
        await DeadLetterAsync("a", "b", "c");
        await _fixture.SendAsync(Queue, "d");
        await _fixture.ReceiveOneAsync(DeadLetters);

        Assert.Equal(2, await Broker.PurgeAsync(DeadLetters));
        Assert.Equal(new QueueCounts(1, 0, 1), await Broker.CountAsync(Queue));
        Assert.Equal(1, await Broker.PurgeAsync(Queue));
    }

    [Fact]
    public async Task DeadLetterAsync_ReasonTooLong_Throws()
    {
        await _fixture.SendAsync(Queue, "a");
        var message = await _fixture.ReceiveOneAsync(Queue);

        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => Broker.DeadLetterAsync(message, null, new string('x', 4097)));
        await Assert.ThrowsAsync<ServiceBusException>(
            () => Broker.DeadLetterAsync(message, new Dictionary<string, object> { ["stack"] = new string('x', 40_000) }));
        await Broker.CompleteAsync(message);
    }

    private async Task DeadLetterAsync(params string[] bodies)
    {
        await _fixture.SendAsync(Queue, bodies);
        foreach (var message in await _fixture.ReceiveAsync(Queue, bodies.Length)) await Broker.DeadLetterAsync(message, null, "test");
    }
}
