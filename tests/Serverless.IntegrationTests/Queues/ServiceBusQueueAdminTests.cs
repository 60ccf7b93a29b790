using Azure.Messaging.ServiceBus;
using Serverless.Messaging;

namespace Serverless.IntegrationTests.Queues;

/// <summary>The app's view of Service Bus, on the app's own queues.</summary>
public sealed class ServiceBusQueueAdminTests : IAsyncLifetime
{
    private QueueFixture _fixture = null!;

    private ServiceBusQueueSender Sender => _fixture.Sender;

    private ServiceBusQueueAdmin Admin => _fixture.Admin;

    public async Task InitializeAsync() => _fixture = await QueueFixture.StartAsync();

    public Task DisposeAsync() => _fixture.DisposeAsync().AsTask();

    [Fact]
    public async Task SendAsync_EveryLane_Takes()
    {
        foreach (var (entry, lane) in QueueCatalog.Load().Entries.SelectMany(entry => entry.Lanes, (entry, lane) => (entry, lane)))
        {
            var session = entry.RequiresSession ? "t1" : null;
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
    public async Task PurgeAsync_LaneWithSessions_ClearsThoseThatNobodyHolds()
    {
        string[] sessions = ["a", "a", "b", "held"];
        await Sender.SendAsync("tenants", [.. sessions.Select((session, i) => Message($"{i}") with { SessionId = session })]);
        await using var holder = await _fixture.Client.AcceptSessionAsync("tenants", "held");

        Assert.Equal(3, await Admin.PurgeAsync("tenants", deadLetters: false, max: 10));
        Assert.Equal("held", Assert.Single(await Admin.PeekAsync("tenants", deadLetters: false, 0, 10)).SessionId);
    }

    [Fact]
    public async Task CountAllAsync_EveryLane_IsThere()
    {
        await Sender.SendAsync("email", [Message("1")]);

        var counts = await Admin.CountAllAsync();

        Assert.Equal(QueueCatalog.Load().Lanes.Order(StringComparer.Ordinal), counts.Keys.Order(StringComparer.Ordinal));
        Assert.Equal((1, 0), (counts["email"].Active, counts["default"].Active));
    }

    [Fact]
    public async Task SendAsync_MessageOrPropertyTooLarge_SaysWhichWithoutEndingTheLink()
    {
        var property = new Dictionary<string, object> { ["large"] = new string('x', 33 * 1024) };

        var ofProperty = await Assert.ThrowsAsync<ServiceBusException>(
            () => Sender.SendAsync("email", [Message("1") with { Properties = property }]));
        var ofBody = await Assert.ThrowsAsync<ServiceBusException>(
            () => Sender.SendAsync("email", [Message("2"), new OutgoingMessage("3", BinaryData.FromBytes(new byte[300_000]))]));

        Assert.Equal(ServiceBusFailureReason.MessageSizeExceeded, ofProperty.Reason);
        Assert.Contains("Property large of message 1", ofProperty.Message, StringComparison.Ordinal);
        Assert.Contains("Message 3 is over", ofBody.Message, StringComparison.Ordinal);
        await Sender.SendAsync("email", [Message("4")]);
    }

    [Fact]
    public async Task PurgeAsync_QueueOrDeadLetters_CountsWhatItDeleted()
    {
        await _fixture.DeadLetterAsync("email", Message("1"), Message("2"));
        await Sender.SendAsync("email", [Message("3")]);

        Assert.Equal(1, await Admin.PurgeAsync("email", deadLetters: true, max: 1));
        Assert.Equal("2", Assert.Single(await Admin.PeekAsync("email", deadLetters: true, 0, 10)).MessageId);
        Assert.Equal(1, await Admin.PurgeAsync("email", deadLetters: true, max: 10));
        Assert.Equal(1, await Admin.PurgeAsync("email", deadLetters: false, max: 10));
        Assert.Equal(new QueueCounts(0, 0, 0), await Admin.CountAsync("email"));
    }

    private static OutgoingMessage Message(string id) => new(id, BinaryData.FromString("{}"));
}
