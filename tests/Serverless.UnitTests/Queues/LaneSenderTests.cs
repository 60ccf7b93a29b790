using Azure.Messaging.ServiceBus;
using Moq;
using Serverless.Messaging;

namespace Serverless.UnitTests.Queues;

public sealed class LaneSenderTests
{
    private readonly Mock<ServiceBusSender> _broker = new();
    private readonly TaskCompletionSource _firstOnes = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly List<string> _sent = [];
    private readonly LaneSender _lane;
    private int _held = 2;

    public LaneSenderTests()
    {
        var batches = new Dictionary<ServiceBusMessageBatch, List<ServiceBusMessage>>();
        _broker.Setup(b => b.SendMessageAsync(It.IsAny<ServiceBusMessage>(), It.IsAny<CancellationToken>()))
            .Returns(async (ServiceBusMessage message, CancellationToken _) =>
            {
                if (Interlocked.Decrement(ref _held) >= 0) await _firstOnes.Task;
                Refuse([message]);
                Note(message.MessageId);
            });
        _broker.Setup(b => b.CreateMessageBatchAsync(It.IsAny<CancellationToken>())).ReturnsAsync(() =>
        {
            var messages = new List<ServiceBusMessage>();
            var batch = ServiceBusModelFactory.ServiceBusMessageBatch(1_000, messages, null, m => m.Subject != "large");
            batches.Add(batch, messages);
            return batch;
        });
        _broker.Setup(b => b.SendMessagesAsync(It.IsAny<ServiceBusMessageBatch>(), It.IsAny<CancellationToken>()))
            .Returns((ServiceBusMessageBatch batch, CancellationToken _) =>
            {
                Refuse(batches[batch]);
                Note(string.Join('+', batches[batch].Select(m => m.MessageId)));
                return Task.CompletedTask;
            });
        _lane = new LaneSender(_broker.Object);
    }

    [Fact]
    public async Task Send_WhileOthersAreOnTheirWay_TravelsWithThoseThatWait()
    {
        var sends = Send(["a", "b", "c", "d", "e"]);
        Assert.DoesNotContain(sends, s => s.IsCompleted);

        _firstOnes.SetResult();
        await Task.WhenAll(sends);

        Assert.Equal(["a", "b", "c+d+e"], _sent.Order());
    }

    [Fact]
    public async Task Send_OneAfterTheOther_GoesAtOnceAndAlone()
    {
        _held = 0;
        foreach (var id in new[] { "a", "b", "c" }) await _lane.SendAsync(new ServiceBusMessage { MessageId = id }, default);

        Assert.Equal(["a", "b", "c"], _sent);
    }

    [Fact]
    public async Task Send_OneOfABatchIsRefused_FailsAlone()
    {
        var sends = Send(["a", "b", "c", "bad", "e"]);

        _firstOnes.SetResult();
        await Task.WhenAll(sends.Where((_, i) => i != 3));

        var refusal = await Assert.ThrowsAsync<ServiceBusException>(() => sends[3]);
        Assert.Equal(ServiceBusFailureReason.GeneralError, refusal.Reason);
        Assert.Equal(["a", "b", "c", "e"], _sent.Order());
    }

    [Fact]
    public async Task Send_BrokerIsAway_TellsEverybodyAndGoesOnAfterwards()
    {
        var sends = Send(["a", "b", "away", "d"]);

        _firstOnes.SetResult();
        await Task.WhenAll(sends[..2]);

        foreach (var send in sends[2..])
        {
            var away = await Assert.ThrowsAsync<ServiceBusException>(() => send);
            Assert.True(away.IsTransient);
        }

        await _lane.SendAsync(new ServiceBusMessage { MessageId = "e" }, default);
        Assert.Equal(["a", "b", "e"], _sent.Order());
    }

    [Fact]
    public async Task Send_TooLargeForTheBatch_GoesAlone()
    {
        var sends = Send(["a", "b", "c"]).Append(_lane.SendAsync(new ServiceBusMessage { MessageId = "d", Subject = "large" }, default))
            .Concat(Send(["e", "f"])).ToList();

        _firstOnes.SetResult();
        await Task.WhenAll(sends);

        Assert.Equal(["a", "b", "c", "d", "e+f"], _sent.Order());
    }

    [Fact]
    public async Task Send_CancelledWhileItWaits_IsNotSent()
    {
        var sends = Send(["a", "b"]);
        using var cancellation = new CancellationTokenSource();
        var cancelled = _lane.SendAsync(new ServiceBusMessage { MessageId = "c" }, cancellation.Token);
        await cancellation.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => cancelled);

        var last = _lane.SendAsync(new ServiceBusMessage { MessageId = "d" }, default);
        _firstOnes.SetResult();
        await Task.WhenAll([.. sends, last]);

        Assert.Equal(["a", "b", "d"], _sent.Order());
    }

    [Fact]
    public async Task Send_OfASession_NeverWaitsForOthers()
    {
        var sends = Send(["a", "b"]);

        await _lane.SendAsync(new ServiceBusMessage { MessageId = "c", SessionId = "s" }, default);

        Assert.Equal(["c"], _sent);
        _firstOnes.SetResult();
        await Task.WhenAll(sends);
    }

    private List<Task> Send(string[] ids) => [.. ids.Select(id => _lane.SendAsync(new ServiceBusMessage { MessageId = id }, default))];

    private static void Refuse(List<ServiceBusMessage> messages)
    {
        if (messages.Exists(m => m.MessageId == "bad")) throw new ServiceBusException("Refused.", ServiceBusFailureReason.GeneralError);
        if (messages.Exists(m => m.MessageId == "away"))
            throw new ServiceBusException("Away.", ServiceBusFailureReason.ServiceCommunicationProblem);
    }

    private void Note(string sent)
    {
        lock (_sent) _sent.Add(sent);
    }
}
