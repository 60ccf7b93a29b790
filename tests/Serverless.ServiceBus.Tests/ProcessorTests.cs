using System.Collections.Concurrent;
using Azure.Messaging.ServiceBus;
using Serverless.Local.ServiceBus;

namespace Serverless.ServiceBus.Tests;

public sealed class ProcessorTests() : ServiceBusTest(
    new QueueDefinition("work") { MaxDeliveryCount = 3 }, new QueueDefinition("tenants") { RequiresSession = true, MaxDeliveryCount = 3 })
{
    private static readonly string[] Sessions = ["s1", "s2", "s3"];

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly ConcurrentQueue<string> _seen = [];

    [Fact]
    public async Task Process_ManyMessages_EachOnceAndSeveralAtATime()
    {
        await using var sender = Fixture.Client.CreateSender("work");
        await Task.WhenAll(Enumerable.Range(0, 300).Select(i => sender.SendMessageAsync(new ServiceBusMessage($"{i}"))));
        var (running, most) = (0, 0);
        await using var processor = Fixture.Client.CreateProcessor("work", new ServiceBusProcessorOptions { MaxConcurrentCalls = 16 });
        processor.ProcessMessageAsync += async args =>
        {
            var now = Interlocked.Increment(ref running);
            lock (_seen) most = Math.Max(most, now);
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System);
            Interlocked.Decrement(ref running);
            _seen.Enqueue(args.Message.Body.ToString());
        };
        processor.ProcessErrorAsync += _ => Task.CompletedTask;

        await processor.StartProcessingAsync();
        await UntilAsync(() => _seen.Count >= 300);
        await processor.StopProcessingAsync();

        Assert.Equal(300, _seen.Distinct().Count());
        Assert.Equal((300, (0L, 0L, 0L)), (_seen.Count, await Fixture.CountAsync("work")));
        Assert.InRange(most, 12, 16);
    }

    [Fact]
    public async Task Process_Throws_IsAbandonedUntilItIsDeadLettered()
    {
        await Fixture.SendAsync("work", "a");
        await using var processor = Fixture.Client.CreateProcessor("work");
        processor.ProcessMessageAsync += args =>
        {
            _seen.Enqueue($"{args.Message.DeliveryCount}");
            throw new InvalidOperationException("no");
        };
        processor.ProcessErrorAsync += _ => Task.CompletedTask;

        await processor.StartProcessingAsync();
        await UntilAsync(async () => await Fixture.CountAsync("work") == (0, 0, 1));
        await processor.StopProcessingAsync();

        Assert.Equal(["1", "2", "3"], _seen);
    }

    [Fact]
    public async Task Process_BrokerRestarts_GoesOn()
    {
        await using var client = new ServiceBusClient(
            Fixture.Bus.ConnectionString, new ServiceBusClientOptions { RetryOptions = { Delay = TimeSpan.FromMilliseconds(100) } });
        await using var processor = client.CreateProcessor("work");
        processor.ProcessMessageAsync += args =>
        {
            _seen.Enqueue(args.Message.Body.ToString());
            return Task.CompletedTask;
        };
        processor.ProcessErrorAsync += _ => Task.CompletedTask;
        await processor.StartProcessingAsync();
        await Fixture.SendAsync("work", "before");
        await UntilAsync(() => _seen.Count == 1);

        await Fixture.ReopenAsync(samePorts: true);
        await Fixture.SendAsync("work", "after");

        await UntilAsync(() => _seen.Count == 2);
        await processor.StopProcessingAsync();
        Assert.Equal(["before", "after"], _seen);
    }

    [Fact]
    public async Task ProcessSessions_BesideEachOtherButEachInOrder()
    {
        var running = new ConcurrentDictionary<string, int>();
        var together = 0;
        for (var i = 0; i < 20; i++)
        {
            await Fixture.SendAsync("tenants", [.. Sessions.Select(s => new ServiceBusMessage($"{s}:{i:00}") { SessionId = s })]);
        }

        await using var processor = Fixture.Client.CreateSessionProcessor("tenants", new ServiceBusSessionProcessorOptions
        {
            MaxConcurrentSessions = 3,
            SessionIdleTimeout = TimeSpan.FromSeconds(1),
        });
        processor.ProcessErrorAsync += _ => Task.CompletedTask;
        processor.ProcessMessageAsync += async args =>
        {
            Assert.Equal(1, running.AddOrUpdate(args.SessionId, 1, (_, n) => n + 1));
            if (running.Values.Sum() > 1) Interlocked.Increment(ref together);
            await Task.Yield();
            // Every fifth fails once: it must come again before its successor.
            var fails = args.Message.DeliveryCount == 1 && args.Message.Body.ToString().EndsWith('5');
            if (!fails) _seen.Enqueue(args.Message.Body.ToString());
            running.AddOrUpdate(args.SessionId, 0, (_, n) => n - 1);
            if (fails) throw new InvalidOperationException("once");
        };

        await processor.StartProcessingAsync();
        await UntilAsync(() => _seen.Count >= 60);
        await processor.StopProcessingAsync();

        Assert.All(_seen.GroupBy(s => s[..2]), g => Assert.Equal(Enumerable.Range(0, 20).Select(i => $"{g.Key}:{i:00}"), g));
        Assert.Equal((60, (0L, 0L, 0L)), (_seen.Count, await Fixture.CountAsync("tenants")));
    }

    private static Task UntilAsync(Func<bool> condition) => UntilAsync(() => Task.FromResult(condition()));

    private static async Task UntilAsync(Func<Task<bool>> condition)
    {
        var start = TimeProvider.System.GetTimestamp();
        while (!await condition())
        {
            Assert.True(TimeProvider.System.GetElapsedTime(start) < Patience, "It did not come true.");
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System);
        }
    }
}
