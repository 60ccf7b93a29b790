using Azure.Messaging.ServiceBus;
using Serverless.Local.Queues;
using Serverless.Messaging;
using QueueCounts = Serverless.Messaging.QueueCounts;

namespace Serverless.IntegrationTests.Queues;

/// <summary>The app's view of the local broker, on the app's own queues.</summary>
public sealed class BrokerQueueAdminTests : IAsyncLifetime
{
    private readonly BrokerFixture _fixture = new([.. LocalQueues.Definitions(QueueCatalog.Load())]);

    private BrokerQueueSender Sender => new(_fixture.Broker);

    private BrokerQueueAdmin Admin => new(_fixture.Broker);

    public Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync() => _fixture.DisposeAsync().AsTask();

    [Fact]
    public async Task SendAsync_EveryLane_Takes()
    {
        foreach (var lane in QueueCatalog.Load().Lanes)
        {
            var session = lane == "tenants" ? "t1" : null;
            await Sender.SendAsync(
                lane,
                [Message("1") with { SessionId = session, Properties = new Dictionary<string, object> { ["traceparent"] = "00-1" } }]);

            Assert.Equal(new QueueCounts(1, 0, 0), await Admin.CountAsync(lane));
            var message = Assert.Single(await Admin.PeekAsync(lane, deadLetters: false, 0, 10));
            Assert.Equal(
                ("1", "application/json", "00-1", session),
                (message.MessageId, message.ContentType, message.ApplicationProperties["traceparent"], message.SessionId));
        }
    }

    [Fact]
    public async Task CancelScheduledAsync_TrueOnceThenFalse()
    {
        var number = await Sender.ScheduleAsync("default", Message("1"), _fixture.Time.GetUtcNow() + TimeSpan.FromHours(1));

        Assert.True(await Sender.CancelScheduledAsync("default", number));
        Assert.False(await Sender.CancelScheduledAsync("default", number));
        Assert.Equal(new QueueCounts(0, 0, 0), await Admin.CountAsync("default"));
    }

    [Fact]
    public async Task PurgeAsync_QueueOrDeadLetters_CountsWhatItDeleted()
    {
        await DeadLetterAsync("1", "2");
        await Sender.SendAsync("email", [Message("3")]);

        Assert.Equal(1, await Admin.PurgeAsync("email", deadLetters: true, max: 1));
        Assert.Equal("2", Assert.Single(await Admin.PeekAsync("email", deadLetters: true, 0, 10)).MessageId);
        Assert.Equal(1, await Admin.PurgeAsync("email", deadLetters: true, max: 10));
        Assert.Equal(1, await Admin.PurgeAsync("email", deadLetters: false, max: 10));
        Assert.Equal(new QueueCounts(0, 0, 0), await Admin.CountAsync("email"));
    }

    private async Task DeadLetterAsync(params string[] ids)
    {
        await Sender.SendAsync("email", [.. ids.Select(Message)]);
        foreach (var message in await _fixture.ReceiveAsync("email", ids.Length))
            await _fixture.Broker.DeadLetterAsync(message, null, "test");
    }

    private static OutgoingMessage Message(string id) => new(id, BinaryData.FromString("{}"));
}
