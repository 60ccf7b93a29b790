using System.Collections.Concurrent;
using Azure.Messaging.ServiceBus;
using Azure.Messaging.ServiceBus.Administration;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Serverless.Local.ServiceBus;
using Serverless.TestSupport;

namespace Serverless.IntegrationTests.Queues;

/// <summary>The messages that a function gets, and what becomes of them when it ends.</summary>
public sealed class ServiceBusListenerTests : IAsyncLifetime
{
    // The client renews by the machine's clock, halfway through the lock: long enough for a machine that is slow.
    private static readonly TimeSpan Lock = TimeSpan.FromSeconds(10);

    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 3, 1, 12, 0, 0, TimeSpan.Zero));
    private readonly Script _script = new();
    private TestHost _host = null!;
    private ServiceBusClient _client = null!;
    private ServiceBusAdministrationClient _administration = null!;

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        _script.Gate.Release(1000);
        await _client.DisposeAsync();
        await _host.DisposeAsync();
    }

    [Fact]
    public async Task Run_EndsWithoutSettling_IsDeliveredAgainWhenTheLockEnds()
    {
        await StartAsync(""" "autoCompleteMessages": false """);
        _script.Run = (_, _) => Task.CompletedTask;
        await SendAsync("a");
        await Eventually.TrueAsync(() => _script.Ended.Count == 1);

        _time.Advance(Lock);

        await Eventually.TrueAsync(() => _script.Ended.Count == 2);
        Assert.Equal(["a:1", "a:2"], _script.Ended);
    }

    [Fact]
    public async Task Run_Throws_IsDeliveredAtOnceUntilItIsADeadLetter()
    {
        await StartAsync("");
        _script.Run = (_, _) => throw new InvalidOperationException("no");

        await SendAsync("a");

        await Eventually.EqualAsync((0L, 1L), CountAsync);
        Assert.Equal(["a:1", "a:2", "a:3"], _script.Ended);
    }

    [Fact]
    public async Task Run_ThrowsThatItWasCancelled_IsDeliveredAgainToo()
    {
        await StartAsync("");
        _script.Run = (message, _) => message.DeliveryCount == 1 ? throw new TaskCanceledException("no") : Task.CompletedTask;

        await SendAsync("a");

        await Eventually.EqualAsync((0L, 0L), CountAsync);
        Assert.Equal(["a:1", "a:2"], _script.Ended);
    }

    [Fact]
    public async Task Run_SettlesItself_NobodySettlesAgain()
    {
        await StartAsync("");
        _script.Run = async (message, actions) =>
        {
            await (message.Body.ToString() switch
            {
                "dead" => actions.DeadLetterMessageAsync(message, deadLetterReason: "test"),
                "deferred" => actions.DeferMessageAsync(message),
                _ => actions.CompleteMessageAsync(message),
            });
            if (message.Body.ToString() == "dead") throw new InvalidOperationException("after settling");
        };

        await SendAsync("done", "dead", "deferred");

        await Eventually.EqualAsync((1L, 1L), CountAsync);
        await Eventually.EqualAsync("dead:1 deferred:1 done:1", () => Task.FromResult(string.Join(' ', _script.Ended.Order())));
        Assert.DoesNotContain(_host.Logs.Lines, l => l.Message.Contains("lock", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Run_Long_ItsLockIsRenewed()
    {
        await StartAsync("");
        var running = new TaskCompletionSource<ServiceBusReceivedMessage>(TaskCreationOptions.RunContinuationsAsynchronously);
        _script.Run = (message, _) =>
        {
            running.TrySetResult(message);
            return _script.Gate.WaitAsync();
        };
        await SendAsync("a");
        var message = await running.Task;
        var first = message.LockedUntil;

        await Eventually.TrueAsync(() => message.LockedUntil > first);

        _script.Gate.Release();
        await Eventually.EqualAsync((0L, 0L), CountAsync);
        Assert.Equal(["a:1"], _script.Ended);
    }

    [Fact]
    public async Task Run_LockWasLost_IsDeliveredAgainAndTheFirstSettlesNothing()
    {
        await StartAsync("");
        var running = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _script.Run = (message, _) =>
        {
            running.TrySetResult();
            return message.DeliveryCount == 1 ? _script.Gate.WaitAsync() : Task.CompletedTask;
        };
        await SendAsync("a");
        await running.Task;

        _time.Advance(2 * Lock);
        await Eventually.EqualAsync((0L, 0L), CountAsync);
        _script.Gate.Release();

        await Eventually.TrueAsync(() => _script.Ended.Count == 2);
        Assert.Equal(["a:2", "a:1"], _script.Ended);
    }

    [Fact]
    public async Task Runs_AtOnce_AreAsManyAsHostJsonSays()
    {
        await StartAsync(""" "maxConcurrentCalls": 3 """);
        var (running, most) = (0, 0);
        _script.Run = async (_, _) =>
        {
            lock (_script) most = Math.Max(most, ++running);
            await _script.Gate.WaitAsync();
            lock (_script) running--;
        };

        await SendAsync([.. Enumerable.Range(0, 10).Select(i => $"{i}")]);

        await Eventually.TrueAsync(() => Volatile.Read(ref running) == 3);
        _script.Gate.Release(100);
        await Eventually.EqualAsync((0L, 0L), CountAsync);
        Assert.Equal(3, most);
    }

    [Fact]
    public async Task StopAsync_RunningFunction_EndsAndNothingNewStarts()
    {
        await StartAsync(""" "maxConcurrentCalls": 1 """);
        var running = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _script.Run = (_, _) =>
        {
            running.TrySetResult();
            return _script.Gate.WaitAsync();
        };
        await SendAsync("a", "b");
        await running.Task;

        var stopping = _host.Host.StopAsync();
        Assert.False(stopping.IsCompleted);
        _script.Gate.Release();
        await stopping;

        Assert.Equal(["a:1"], _script.Ended);
        await using var receiver = _client.CreateReceiver("work");
        Assert.Equal("b", (await receiver.PeekMessageAsync()).Body.ToString());
    }

    [Fact]
    public async Task StopAsync_FunctionThatGoesOn_IsCancelledAndItsMessageGivenBack()
    {
        await StartAsync("", drain: TimeSpan.FromSeconds(20));
        var running = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _script.Wait = async token =>
        {
            running.TrySetResult();
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, token);
        };
        await SendAsync("a");
        await running.Task;

        await _host.Host.StopAsync();

        await using var receiver = _client.CreateReceiver("work");
        Assert.Equal(2, (await receiver.ReceiveMessageAsync(TimeSpan.FromSeconds(30))).DeliveryCount);
    }

    [Fact]
    public async Task Sessions_RunBesideEachOtherButEachInOrder()
    {
        await StartAsync("");
        var running = new ConcurrentDictionary<string, int>();
        var met = new Barrier(2);
        var done = new ConcurrentQueue<string>();
        _script.Run = async (message, _) =>
        {
            Assert.Equal(1, running.AddOrUpdate(message.SessionId, 1, (_, n) => n + 1));
            // The first of one session waits for that of the other: they run together, or it ends by the limit.
            if (message.Body.ToString().EndsWith("00", StringComparison.Ordinal))
                Assert.True(await Task.Run(() => met.SignalAndWait(TimeSpan.FromSeconds(60))));
            // Every fifth fails once: it must come again before its successor.
            var fails = message.DeliveryCount == 1 && message.Body.ToString().EndsWith('5');
            if (!fails) done.Enqueue(message.Body.ToString());
            running.AddOrUpdate(message.SessionId, 0, (_, n) => n - 1);
            if (fails) throw new InvalidOperationException("once");
        };

        await using var sender = _client.CreateSender("tenants");
        for (var i = 0; i < 20; i++)
            await sender.SendMessagesAsync(
                Enumerable.Range(1, 2).Select(s => new ServiceBusMessage($"s{s}:{i:00}") { SessionId = $"s{s}" }));

        await Eventually.TrueAsync(() => done.Count == 40);
        Assert.All(done.GroupBy(d => d[..2]), g => Assert.Equal(Enumerable.Range(0, 20).Select(i => $"{g.Key}:{i:00}"), g));
    }

    private async Task StartAsync(string settings, TimeSpan? drain = null)
    {
        _host = await TestHost.StartAsync(
            [typeof(Functions)],
            hostJson: $$"""
            { "extensions": { "serviceBus": { {{settings}} } } }
            """,
            services: (services, _) => services.AddSingleton(_script),
            time: _time,
            drain: drain,
            queues: [new QueueDefinition("work") { MaxDeliveryCount = 3, LockDuration = Lock },
                new QueueDefinition("tenants") { MaxDeliveryCount = 3, LockDuration = Lock, RequiresSession = true }]);
        _client = new ServiceBusClient(_host.Bus.ConnectionString);
        _administration = new ServiceBusAdministrationClient(_host.Bus.AdministrationConnectionString);
    }

    private async Task SendAsync(params string[] bodies)
    {
        await using var sender = _client.CreateSender("work");
        await sender.SendMessagesAsync(bodies.Select(body => new ServiceBusMessage(body)));
    }

    private async Task<(long Active, long DeadLettered)> CountAsync()
    {
        var counts = (await _administration.GetQueueRuntimePropertiesAsync("work")).Value;
        return (counts.ActiveMessageCount, counts.DeadLetterMessageCount);
    }

    public sealed class Script
    {
        public SemaphoreSlim Gate { get; } = new(0);

        public ConcurrentQueue<string> Ended { get; } = [];

        public Func<ServiceBusReceivedMessage, ServiceBusMessageActions, Task> Run { get; set; } = (_, _) => Task.CompletedTask;

        public Func<CancellationToken, Task> Wait { get; set; } = _ => Task.CompletedTask;
    }

    public sealed class Functions(Script script)
    {
        [Function("Work")]
        public async Task Work(
            [ServiceBusTrigger("work")] ServiceBusReceivedMessage message, ServiceBusMessageActions actions, CancellationToken token)
        {
            try
            {
                await script.Run(message, actions);
                await script.Wait(token);
            }
            finally
            {
                script.Ended.Enqueue($"{message.Body}:{message.DeliveryCount}");
            }
        }

        [Function("Tenant")]
        public Task Tenant(
            [ServiceBusTrigger("tenants", IsSessionsEnabled = true)] ServiceBusReceivedMessage message, ServiceBusMessageActions actions) =>
            script.Run(message, actions);
    }
}
