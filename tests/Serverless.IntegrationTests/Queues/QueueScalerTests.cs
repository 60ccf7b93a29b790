using Microsoft.Extensions.Logging.Abstractions;
using Serverless.Jobs;
using Serverless.Local.Runtime.Queues;
using Serverless.TestSupport;

namespace Serverless.IntegrationTests.Queues;

public sealed class QueueScalerTests : IAsyncLifetime
{
    private readonly BrokerFixture _fixture = new(new QueueDefinition("work"));
    private readonly SemaphoreSlim _gate = new(0);
    private readonly QueueOptions _options = new();
    private MessagePump? _pump;

    public Task InitializeAsync()
    {
        // The machine's own load is not this test's: it would make the steps depend on what else runs.
        var policy = new ScalingPolicy(new ScalingLimits());
        _options.Scale = load => policy.Decide(load.Consumers, load.Pending, 0, 0);
        _options.ScaleInterval = policy.Limits.Interval;
        _pump = new MessagePump(
            _fixture.Broker, _fixture.Broker.Queues.Single(), new PumpOptions { MaxConsumers = 5 },
            (_, token) => _gate.WaitAsync(token), _fixture.Time, NullLogger.Instance);
        return Task.CompletedTask;
    }

    public async Task DisposeAsync()
    {
        _gate.Release(1_000);
        await _pump!.StopAsync(CancellationToken.None);
        await _pump.DisposeAsync();
        await _fixture.DisposeAsync();
        _gate.Dispose();
    }

    [Fact]
    public async Task Backlog_GrowsAndGoes_ConsumersFollowByOneADecision()
    {
        using var scaler = new QueueScaler(_fixture.Broker, _options, _fixture.Time, NullLogger<QueueScaler>.Instance);
        scaler.Add(_pump!);
        Assert.Equal(2, _pump!.Consumers);
        _pump.Start();
        await scaler.StartAsync(CancellationToken.None);
        await _fixture.SendAsync("work", [.. Enumerable.Range(0, 100).Select(i => $"{i}")]);
        await Eventually.TrueAsync(() => _pump.Busy == 2);

        foreach (var expected in new[] { 3, 4, 5 })
        {
            _fixture.Time.Advance(_options.ScaleInterval);
            await Eventually.TrueAsync(() => _pump.Consumers == expected && _pump.Busy == expected);
        }

        _gate.Release(1_000);
        await Eventually.EqualAsync(0, async () => (int)(await _fixture.Broker.CountAsync("work")).Active);
        foreach (var expected in new[] { 4, 3, 2 })
        {
            _fixture.Time.Advance(_options.ScaleInterval);
            await Eventually.TrueAsync(() => _pump.Consumers == expected);
        }

        await scaler.StopAsync(CancellationToken.None);
    }
}
