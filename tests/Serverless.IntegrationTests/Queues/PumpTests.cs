using System.Collections.Concurrent;
using Azure.Messaging.ServiceBus;
using Microsoft.Extensions.Logging.Abstractions;
using Serverless.Local.Runtime.Queues;
using Serverless.TestSupport;

namespace Serverless.IntegrationTests.Queues;

public sealed class PumpTests : IAsyncLifetime
{
    private readonly BrokerFixture _fixture = new(
        new QueueDefinition("work") { MaxDeliveryCount = 3, LockDuration = BrokerFixture.Lock },
        new QueueDefinition("tenants") { RequiresSession = true, MaxDeliveryCount = 3, LockDuration = BrokerFixture.Lock });

    private readonly List<QueuePump> _pumps = [];
    private readonly ConcurrentQueue<string> _seen = [];

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        foreach (var pump in _pumps)
        {
            await pump.StopAsync(CancellationToken.None);
            await pump.DisposeAsync();
        }

        await _fixture.DisposeAsync();
    }

    [Fact]
    public async Task Run_EndsWell_CompletesWhereTheTriggerSaysSo()
    {
        await _fixture.SendAsync("work", "a", "b");

        Pump("work", new PumpOptions { AutoComplete = true }, Note);

        await Eventually.EqualAsync(new QueueCounts(0, 0, 0), () => _fixture.Broker.CountAsync("work"));
        Assert.Equal(["a", "b"], _seen.Order());
    }

    [Fact]
    public async Task Run_EndsWellWithoutSettling_IsDeliveredAgainWhenTheLockEnds()
    {
        await _fixture.SendAsync("work", "a");
        var pump = Pump("work", new PumpOptions { AutoComplete = false }, Note);
        await Eventually.TrueAsync(() => !_seen.IsEmpty && pump.Busy == 0);

        _fixture.Time.Advance(BrokerFixture.Lock);

        await Eventually.TrueAsync(() => _seen.Count == 2);
    }

    [Fact]
    public async Task Run_Throws_IsAbandonedUntilItIsDeadLettered()
    {
        await _fixture.SendAsync("work", "a");

        Pump("work", new PumpOptions { AutoComplete = true }, (delivery, _) =>
        {
            _seen.Enqueue($"{delivery.Message.DeliveryCount}");
            throw new InvalidOperationException("no");
        });

        await Eventually.EqualAsync(new QueueCounts(0, 0, 1), () => _fixture.Broker.CountAsync("work"));
        Assert.Equal(["1", "2", "3"], _seen);
    }

    [Fact]
    public async Task Run_SettlesItself_NobodySettlesAgain()
    {
        await _fixture.SendAsync("work", "done", "dead", "deferred");

        var pump = Pump("work", new PumpOptions { AutoComplete = true }, async (delivery, token) =>
        {
            var (message, actions) = (delivery.Message, delivery.Actions);
            _seen.Enqueue(message.Body.ToString());
            await (message.Body.ToString() switch
            {
                "dead" => actions.DeadLetterMessageAsync(message, deadLetterReason: "test", cancellationToken: token),
                "deferred" => actions.DeferMessageAsync(message, cancellationToken: token),
                _ => actions.CompleteMessageAsync(message, token),
            });
            if (message.Body.ToString() == "dead") throw new InvalidOperationException("after settling");
        });

        await Eventually.EqualAsync(new QueueCounts(1, 0, 1), () => _fixture.Broker.CountAsync("work"));
        await Eventually.TrueAsync(() => pump.Busy == 0);
        Assert.Equal(3, _seen.Count);
    }

    [Fact]
    public async Task Run_Long_ItsLockIsRenewed()
    {
        await _fixture.SendAsync("work", "a");
        var running = new TaskCompletionSource<ServiceBusReceivedMessage>();
        var end = new TaskCompletionSource();
        Pump("work", new PumpOptions { AutoComplete = true, MaxAutoLockRenewal = TimeSpan.FromMinutes(30) }, async (delivery, _) =>
        {
            _seen.Enqueue($"{delivery.Message.DeliveryCount}");
            running.TrySetResult(delivery.Message);
            await end.Task;
        });
        var message = await running.Task;

        for (var i = 0; i < 15; i++)
        {
            _fixture.Time.Advance(BrokerFixture.Lock / 3);
            await Eventually.TrueAsync(() => message.LockedUntil == _fixture.Time.GetUtcNow() + BrokerFixture.Lock);
        }

        end.SetResult();

        await Eventually.EqualAsync(new QueueCounts(0, 0, 0), () => _fixture.Broker.CountAsync("work"));
        Assert.Equal(["1"], _seen);
    }

    [Fact]
    public async Task Run_LongerThanTheRenewal_IsDeliveredAgain()
    {
        await _fixture.SendAsync("work", "a");
        var end = new TaskCompletionSource();
        Pump("work", new PumpOptions { AutoComplete = true, MaxAutoLockRenewal = TimeSpan.FromMinutes(2) }, async (delivery, _) =>
        {
            _seen.Enqueue($"{delivery.Message.DeliveryCount}");
            if (delivery.Message.DeliveryCount == 1) await end.Task;
        });
        await Eventually.TrueAsync(() => !_seen.IsEmpty);

        await Eventually.TrueAsync(() =>
        {
            _fixture.Time.Advance(BrokerFixture.Lock / 3);
            return _seen.Count >= 2;
        });
        end.SetResult();
    }

    [Fact]
    public async Task Consumers_Set_LimitWhatRunsAtOnce()
    {
        await _fixture.SendAsync("work", [.. Enumerable.Range(0, 10).Select(i => $"{i}")]);
        using var gate = new SemaphoreSlim(0);
        var pump = Pump("work", new PumpOptions { AutoComplete = true, MaxConsumers = 4 }, async (delivery, token) =>
        {
            await Note(delivery, token);
            await gate.WaitAsync(token);
        }, consumers: 2);
        await Eventually.TrueAsync(() => _seen.Count == 2);

        pump.Consumers = 9;
        Assert.Equal(4, pump.Consumers);
        await Eventually.TrueAsync(() => _seen.Count == 4 && pump.Busy == 4);

        pump.Consumers = 1;
        gate.Release(3);
        await Eventually.TrueAsync(() => pump.Busy == 1);
        Assert.Equal(4, _seen.Count);
        gate.Release(20);
        await Eventually.EqualAsync(new QueueCounts(0, 0, 0), () => _fixture.Broker.CountAsync("work"));
    }

    [Fact]
    public async Task StopAsync_RunningFunction_EndsAndNothingNewStarts()
    {
        await _fixture.SendAsync("work", "a", "b");
        var end = new TaskCompletionSource();
        var pump = Pump("work", new PumpOptions { AutoComplete = true, MaxConsumers = 1 }, async (delivery, token) =>
        {
            await Note(delivery, token);
            await end.Task;
        });
        await Eventually.TrueAsync(() => !_seen.IsEmpty);

        var stopping = pump.StopAsync(CancellationToken.None);
        Assert.False(stopping.IsCompleted);
        end.SetResult();
        await stopping;

        Assert.Equal(["a"], _seen);
        Assert.Equal(["b"], BrokerFixture.Bodies(await _fixture.Broker.PeekAsync("work", 0, 10)));
    }

    [Fact]
    public async Task StopAsync_Impatient_CancelsTheFunctionAndGivesTheMessageBack()
    {
        await _fixture.SendAsync("work", "a");
        var pump = Pump("work", new PumpOptions { AutoComplete = true }, async (delivery, token) =>
        {
            await Note(delivery, token);
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, token);
        });
        await Eventually.TrueAsync(() => !_seen.IsEmpty);

        await pump.StopAsync(new CancellationToken(canceled: true));

        await Eventually.TrueAsync(() => pump.Busy == 0);
        Assert.Equal(2, (await _fixture.ReceiveOneAsync("work")).DeliveryCount);
    }

    [Fact]
    public async Task Sessions_RunBesideEachOtherButEachInOrder()
    {
        var running = new ConcurrentDictionary<string, int>();
        var together = 0;
        for (var i = 0; i < 20; i++)
        {
            foreach (var tenant in new[] { "s1", "s2", "s3" })
            {
                await _fixture.Broker.SendAsync(
                    "tenants", [new QueueMessage(BinaryData.FromString($"{tenant}:{i:00}")) { SessionId = tenant }]);
            }
        }

        Pump("tenants", new PumpOptions { AutoComplete = true, MaxConsumers = 3 }, async (delivery, token) =>
        {
            var tenant = delivery.Message.SessionId!;
            Assert.Equal(1, running.AddOrUpdate(tenant, 1, (_, n) => n + 1));
            if (running.Values.Sum() > 1) Interlocked.Increment(ref together);
            await Task.Yield();
            // Every fifth fails once: it must come again before its successor.
            var fails = delivery.Message.DeliveryCount == 1 && delivery.Message.Body.ToString().EndsWith('5');
            if (!fails) await Note(delivery, token);
            running.AddOrUpdate(tenant, 0, (_, n) => n - 1);
            if (fails) throw new InvalidOperationException("once");
        });

        await Eventually.EqualAsync(new QueueCounts(0, 0, 0), () => _fixture.Broker.CountAsync("tenants"));
        Assert.All(_seen.GroupBy(s => s[..2]), g => Assert.Equal(Enumerable.Range(0, 20).Select(i => $"{g.Key}:{i:00}"), g));
        Assert.Equal(60, _seen.Count);
        Assert.True(together > 0);
    }

    private QueuePump Pump(string queue, PumpOptions options, Func<Delivery, CancellationToken, Task> function, int? consumers = null)
    {
        var definition = _fixture.Broker.Queues.Single(q => q.Name == queue);
        QueuePump pump = definition.RequiresSession
            ? new SessionPump(_fixture.Broker, definition, options, function, _fixture.Time, NullLogger.Instance)
            : new MessagePump(_fixture.Broker, definition, options, function, _fixture.Time, NullLogger.Instance);
        if (consumers is { } count) pump.Consumers = count;
        _pumps.Add(pump);
        pump.Start();
        return pump;
    }

    private Task Note(Delivery delivery, CancellationToken cancellationToken)
    {
        _seen.Enqueue(delivery.Message.Body.ToString());
        return Task.CompletedTask;
    }
}
