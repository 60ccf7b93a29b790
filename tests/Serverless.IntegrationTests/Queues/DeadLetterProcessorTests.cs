using Azure.Messaging.ServiceBus;
using Serverless.DeadLetters;
using Serverless.Messaging;

namespace Serverless.IntegrationTests.Queues;

/// <summary>The walk that both hosts do, on the local broker's locks.</summary>
public sealed class DeadLetterProcessorTests : IAsyncLifetime
{
    private QueueFixture _fixture = null!;

    private ServiceBusQueueAdmin Admin => _fixture.Admin;

    private DeadLetterProcessor Walk => new(Admin, _fixture.Sender);

    public async Task InitializeAsync() => _fixture = await QueueFixture.StartAsync();

    public Task DisposeAsync() => _fixture.DisposeAsync().AsTask();

    [Fact]
    public async Task RunAsync_Decisions_AreCarriedOutInOrder()
    {
        await DeadLetterAsync("requeue-1", "delete", "keep", "requeue-2");

        var tally = await RunAsync(m => m.MessageId switch
        {
            "delete" => DeadLetterAction.Delete,
            "keep" => DeadLetterAction.Keep,
            _ => DeadLetterAction.Requeue("email-high", Message(m.MessageId + "-again")),
        });

        Assert.Equal(new DeadLetterTally(2, 1, 1), tally);
        Assert.Equal(
            ["requeue-1-again", "requeue-2-again"], (await Admin.PeekAsync("email-high", deadLetters: false, 0, 10)).Select(
                m => m.MessageId));
        Assert.Equal("keep", Assert.Single(await _fixture.ReceiveAsync("email", 1, SubQueue.DeadLetter)).MessageId);
    }

    [Fact]
    public async Task RunAsync_SendFails_DeadLettersStayAndAreFree()
    {
        await DeadLetterAsync("1", "2");

        await Assert.ThrowsAsync<ServiceBusException>(() => RunAsync(m => DeadLetterAction.Requeue("nowhere", Message(m.MessageId))));

        Assert.Equal(2, (await _fixture.ReceiveAsync("email", 2, SubQueue.DeadLetter)).Count);
    }

    [Fact]
    public async Task RunAsync_Max_StopsThere()
    {
        await DeadLetterAsync("1", "2", "3");

        Assert.Equal(new DeadLetterTally(0, 2, 0), await RunAsync(_ => DeadLetterAction.Delete, max: 2));

        Assert.Equal("3", Assert.Single(await Admin.PeekAsync("email", deadLetters: true, 0, 10)).MessageId);
    }

    [Fact]
    public async Task RunAsync_LockEndsBeforeTheDeletion_LeavesItWithoutFault()
    {
        await DeadLetterAsync("1");

        var tally = await RunAsync(m =>
        {
            _fixture.Time.Advance(TimeSpan.FromMinutes(2));
            return DeadLetterAction.Requeue("email", Message(m.MessageId + "-again"));
        });

        Assert.Equal(new DeadLetterTally(0, 0, 1), tally);
        Assert.Equal(new QueueCounts(1, 0, 1), await Admin.CountAsync("email"));
    }

    [Fact]
    public async Task RunAsync_KeptOnesComeBack_Ends()
    {
        await DeadLetterAsync([.. Enumerable.Range(0, 250).Select(i => $"{i}")]);
        var decided = new List<string>();

        var tally = await RunAsync(m =>
        {
            decided.Add(m.MessageId);
            _fixture.Time.Advance(TimeSpan.FromSeconds(1));
            return DeadLetterAction.Keep;
        });

        Assert.Equal(decided.Distinct(), decided);
        Assert.Equal(decided.Count, tally.Kept);
        Assert.Equal(new QueueCounts(0, 0, 250), await Admin.CountAsync("email"));
    }

    private Task<DeadLetterTally> RunAsync(Func<ServiceBusReceivedMessage, DeadLetterAction> decide, int max = 1000) =>
        Walk.RunAsync("email", max, (batch, _) => Task.FromResult<IReadOnlyList<DeadLetterAction>>([.. batch.Select(decide)]));

    private Task DeadLetterAsync(params string[] ids) => _fixture.DeadLetterAsync("email", [.. ids.Select(Message)]);

    private static OutgoingMessage Message(string id) => new(id, BinaryData.FromString("{}"));
}
