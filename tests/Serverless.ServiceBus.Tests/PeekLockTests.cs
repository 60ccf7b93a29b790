using Azure.Messaging.ServiceBus;
using Serverless.Local.ServiceBus;

namespace Serverless.ServiceBus.Tests;

public sealed class PeekLockTests()
    : ServiceBusTest(new QueueDefinition(Queue) { MaxDeliveryCount = 3, LockDuration = ServiceBusFixture.Lock })
{
    private const string Queue = "work";

    private ServiceBusReceiver Receiver => Fixture.Receiver(Queue);

    [Fact]
    public async Task Receive_SeveralMessages_InOrderAndEachOnce()
    {
        await Fixture.SendAsync(Queue, "a", "b", "c");

        Assert.Equal(["a", "b"], ServiceBusFixture.Bodies(await Fixture.ReceiveAsync(Queue, 2)));
        Assert.Equal(["c"], ServiceBusFixture.Bodies(await Fixture.ReceiveAsync(Queue, 1)));
        Assert.Empty(await Fixture.ReceiveAsync(Queue, 2));
    }

    [Fact]
    public async Task Receive_AllMembers_ComeAsSent()
    {
        var properties = new Dictionary<string, object>
        {
            ["text"] = "ä",
            ["int"] = 1,
            ["long"] = 2L,
            ["double"] = 0.1,
            ["bool"] = true,
            ["time"] = new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero),
            ["span"] = TimeSpan.FromSeconds(1.5),
            ["id"] = Guid.Parse("0a6c1c1e-7f6b-4bb2-8a2e-111111111111"),
            ["uri"] = new Uri("https://example.org/a?b"),
            ["char"] = 'x',
            ["decimal"] = 1.50m,
            ["byte"] = (byte)7,
        };
        var sent = new ServiceBusMessage("{}")
        {
            MessageId = "m1",
            SessionId = "s1",
            ContentType = "application/json",
            CorrelationId = "c1",
            Subject = "task",
            To = "to",
            ReplyTo = "reply",
            ReplyToSessionId = "rs",
            TimeToLive = TimeSpan.FromHours(1),
        };
        sent.GetRawAmqpMessage().MessageAnnotations["x-own"] = "kept";
        foreach (var (name, value) in properties) sent.ApplicationProperties[name] = value;
        await Fixture.SendAsync(Queue, sent);

        var message = await Fixture.ReceiveOneAsync(Queue);

        Assert.Equal(
            ("m1", "s1", "application/json", "c1"), (message.MessageId, message.SessionId, message.ContentType, message.CorrelationId));
        Assert.Equal(
            ("task", "to", "reply", "rs", "{}"),
            (message.Subject, message.To, message.ReplyTo, message.ReplyToSessionId, message.Body.ToString()));
        Assert.Equal(properties, message.ApplicationProperties);
        Assert.Equal("kept", message.GetRawAmqpMessage().MessageAnnotations["x-own"]);
        Assert.Equal(Fixture.Time.GetUtcNow(), message.EnqueuedTime);
        Assert.Equal(TimeSpan.FromHours(1), message.TimeToLive);
        Assert.InRange(message.LockedUntil - TimeProvider.System.GetUtcNow(), TimeSpan.FromSeconds(30), ServiceBusFixture.Lock);
        Assert.Equal((1, ServiceBusMessageState.Active), (message.DeliveryCount, message.State));
        Assert.NotEqual(Guid.Empty, Guid.Parse(message.LockToken));
    }

    [Fact]
    public async Task Receive_BodiesOfOtherKinds_ComeAsSent()
    {
        var value = new ServiceBusMessage();
        value.GetRawAmqpMessage().Body = Azure.Core.Amqp.AmqpMessageBody.FromValue(42);
        var sequence = new ServiceBusMessage();
        sequence.GetRawAmqpMessage().Body = Azure.Core.Amqp.AmqpMessageBody.FromSequence([["a", 1L]]);
        await Fixture.SendAsync(Queue, value, sequence, new ServiceBusMessage(""));

        var received = await Receiver.ReceiveMessagesAsync(3, TimeSpan.FromMinutes(1));

        Assert.True(received[0].GetRawAmqpMessage().Body.TryGetValue(out var number));
        Assert.Equal(42, number);
        Assert.True(received[1].GetRawAmqpMessage().Body.TryGetSequence(out var lists));
        Assert.Equal(["a", 1L], Assert.Single(lists!));
        Assert.Equal("", received[2].Body.ToString());
    }

    [Fact]
    public async Task Receive_QueueNameInOtherCase_IsTheSameQueue()
    {
        await Fixture.SendAsync("WORK", "a");

        await Fixture.ReceiveOneAsync("Work");
    }

    [Fact]
    public async Task Receive_NoSuchQueue_NamesTheKnownOnes()
    {
        var e = await Assert.ThrowsAsync<ServiceBusException>(() => Fixture.ReceiveAsync("nowhere"));

        Assert.Equal(ServiceBusFailureReason.MessagingEntityNotFound, e.Reason);
        Assert.Contains(Queue, e.Message, StringComparison.Ordinal);
        var sending = await Assert.ThrowsAsync<ServiceBusException>(() => Fixture.SendAsync("nowhere", "a"));
        Assert.Equal(ServiceBusFailureReason.MessagingEntityNotFound, sending.Reason);
    }

    [Fact]
    public async Task Receive_EmptyQueue_WakesWithTheFirstMessage()
    {
        var receiving = Receiver.ReceiveMessageAsync(TimeSpan.FromMinutes(1));

        await Fixture.SendAsync(Queue, "a");

        Assert.Equal("a", (await receiving).Body.ToString());
    }

    [Fact]
    public async Task Complete_Locked_IsGoneForGood()
    {
        await Fixture.SendAsync(Queue, "a");

        await Receiver.CompleteMessageAsync(await Fixture.ReceiveOneAsync(Queue));

        Fixture.Time.Advance(TimeSpan.FromHours(1));
        Assert.Empty(await Fixture.ReceiveAsync(Queue));
        Assert.Empty(await Fixture.PeekAsync(Queue));
        Assert.Equal((0, 0, 0), await Fixture.CountAsync(Queue));
    }

    [Fact]
    public async Task Complete_ThroughAnotherReceiver_IsPossible()
    {
        await Fixture.SendAsync(Queue, "a");
        var message = await Fixture.ReceiveOneAsync(Queue);
        await using var other = Fixture.Client.CreateReceiver(Queue);

        await other.CompleteMessageAsync(message);

        Assert.Equal((0, 0, 0), await Fixture.CountAsync(Queue));
        var e = await Assert.ThrowsAsync<ServiceBusException>(() => other.CompleteMessageAsync(message));
        Assert.Equal((ServiceBusFailureReason.MessageLockLost, false), (e.Reason, e.IsTransient));
    }

    [Fact]
    public async Task Abandon_Locked_IsDeliveredAgainFirst()
    {
        await Fixture.SendAsync(Queue, "a", "b");
        await Receiver.AbandonMessageAsync(await Fixture.ReceiveOneAsync(Queue), new Dictionary<string, object> { ["tried"] = 1 });

        var again = await Fixture.ReceiveOneAsync(Queue);

        Assert.Equal(("a", 2), (again.Body.ToString(), again.DeliveryCount));
        Assert.Equal(1, again.ApplicationProperties["tried"]);
    }

    [Fact]
    public async Task DeadLetter_WithReasonAndProperties_KeepsBoth()
    {
        await Fixture.SendAsync(Queue, new ServiceBusMessage("a") { ApplicationProperties = { ["own"] = "x" } });
        var message = await Fixture.ReceiveOneAsync(Queue);

        await Receiver.DeadLetterMessageAsync(message, new Dictionary<string, object> { ["why"] = 7 }, "bad", "It was bad.");

        var dead = Assert.Single(await Fixture.PeekAsync(Queue, SubQueue.DeadLetter));
        Assert.Equal(("a", "bad", "It was bad."), (dead.Body.ToString(), dead.DeadLetterReason, dead.DeadLetterErrorDescription));
        Assert.Equal(("x", 7), ((string)dead.ApplicationProperties["own"], (int)dead.ApplicationProperties["why"]));
        Assert.Equal((0, 0, 1), await Fixture.CountAsync(Queue));
        var received = await Fixture.Receiver(Queue, SubQueue.DeadLetter).ReceiveMessageAsync(TimeSpan.FromMinutes(1));
        await Fixture.Receiver(Queue, SubQueue.DeadLetter).CompleteMessageAsync(received);
        Assert.Equal((0, 0, 0), await Fixture.CountAsync(Queue));
    }

    [Fact]
    public async Task Defer_Locked_OnlyItsNumberGetsIt()
    {
        await Fixture.SendAsync(Queue, "a", "b");
        var first = await Fixture.ReceiveOneAsync(Queue);
        await Receiver.DeferMessageAsync(first, new Dictionary<string, object> { ["why"] = "later" });

        Assert.Equal(["b"], ServiceBusFixture.Bodies(await Fixture.ReceiveAsync(Queue, 5)));
        var deferred = await Receiver.ReceiveDeferredMessageAsync(first.SequenceNumber);
        Assert.Equal(
            ("a", ServiceBusMessageState.Deferred, "later"),
            (deferred.Body.ToString(), deferred.State, deferred.ApplicationProperties["why"]));
        var e = await Assert.ThrowsAsync<ServiceBusException>(() => Receiver.ReceiveDeferredMessageAsync(first.SequenceNumber));
        Assert.Equal(ServiceBusFailureReason.MessageNotFound, e.Reason);

        await Receiver.AbandonMessageAsync(deferred);
        await Receiver.CompleteMessageAsync(await Receiver.ReceiveDeferredMessageAsync(first.SequenceNumber));
    }

    [Fact]
    public async Task ReceiveAndDelete_Messages_AreGoneWithTheirDelivery()
    {
        await Fixture.SendAsync(Queue, "a", "b", "c");
        await using var deleting = Fixture.Client.CreateReceiver(
            Queue, new ServiceBusReceiverOptions { ReceiveMode = ServiceBusReceiveMode.ReceiveAndDelete });

        Assert.Equal(["a", "b"], ServiceBusFixture.Bodies(await deleting.ReceiveMessagesAsync(2, TimeSpan.FromMinutes(1))));

        Assert.Equal((1, 0, 0), await Fixture.CountAsync(Queue));
    }

    [Fact]
    public async Task Prefetch_ReceiverCloses_WhatItDidNotTakeIsFreeAtOnce()
    {
        await Fixture.SendAsync(Queue, "a", "b", "c");
        await using (var greedy = Fixture.Client.CreateReceiver(Queue, new ServiceBusReceiverOptions { PrefetchCount = 10 }))
        {
            var message = await greedy.ReceiveMessageAsync(TimeSpan.FromMinutes(1));
            await greedy.CompleteMessageAsync(message);
        }

        var left = await Receiver.ReceiveMessagesAsync(2, TimeSpan.FromMinutes(1));

        Assert.Equal([("b", 1), ("c", 1)], left.Select(m => (m.Body.ToString(), m.DeliveryCount)));
    }

    [Fact]
    public async Task PeekMessagesAsync_PageLargerThanAMessageMayBe_Comes()
    {
        for (var i = 0; i < 5; i++)
            await Fixture.SendAsync(Queue, [.. Enumerable.Range(0, 50).Select(_ => new ServiceBusMessage(new byte[3000]))]);

        Assert.Equal(250, (await Receiver.PeekMessagesAsync(250)).Count);
    }

    [Fact]
    public async Task ReceiveMessageAsync_LargestMessage_Comes()
    {
        await using var sender = Fixture.Client.CreateSender(Queue);
        var size = 256 * 1024;
        while (size > 0)
        {
            using var batch = await sender.CreateMessageBatchAsync();
            if (batch.TryAddMessage(new ServiceBusMessage(new byte[size]))) break;
            size--;
        }

        await sender.SendMessageAsync(new ServiceBusMessage(new byte[size]));

        Assert.Equal(size, (await Fixture.ReceiveOneAsync(Queue)).Body.ToMemory().Length);
    }
}
