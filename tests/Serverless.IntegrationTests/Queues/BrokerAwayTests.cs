using Azure.Messaging.ServiceBus;
using Azure.Messaging.ServiceBus.Administration;
using Microsoft.Extensions.Logging.Abstractions;
using Serverless.Local.Queues;
using Serverless.Local.ServiceBus;
using Serverless.Messaging;
using Serverless.TestSupport;

namespace Serverless.IntegrationTests.Queues;

/// <summary>A broker that goes away and comes back under an app that looks into its queues.</summary>
public sealed class BrokerAwayTests : IAsyncLifetime
{
    private readonly TemporaryFolder _folder = new();
    private LocalServiceBus _bus = null!;
    private ServiceBusClient _client = null!;
    private ServiceBusQueueAdmin _sut = null!;

    public async Task InitializeAsync()
    {
        _bus = await StartAsync(0);
        _client = new ServiceBusClient(
            _bus.ConnectionString,
            new ServiceBusClientOptions { RetryOptions = { MaxRetries = 1, Delay = TimeSpan.FromMilliseconds(10) } });
        _sut = new ServiceBusQueueAdmin(
            _client, new ServiceBusAdministrationClient(_bus.AdministrationConnectionString), QueueCatalog.Load());
    }

    public async Task DisposeAsync()
    {
        await _sut.DisposeAsync();
        await _client.DisposeAsync();
        await _bus.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task PeekAsync_BrokerAway_SaysSoAndGoesOnWhenItIsBack()
    {
        foreach (var lane in QueueCatalog.Load().Lanes) Assert.Empty(await PeekAsync(lane));
        var port = _bus.Port;
        await _bus.DisposeAsync();

        for (var i = 0; i < 3; i++)
        {
            var failures = await Task.WhenAll(QueueCatalog.Load().Lanes.Select(lane => Record.ExceptionAsync(() => PeekAsync(lane))));
            Assert.All(failures, e => Assert.IsType<ServiceBusException>(e));
        }

        _bus = await StartAsync(port);
        await Eventually.TrueAsync(async () => await Record.ExceptionAsync(() => PeekAsync("default")) is null);
    }

    private Task<IReadOnlyList<ServiceBusReceivedMessage>> PeekAsync(string lane) => _sut.PeekAsync(lane, deadLetters: false, 0, 10);

    private Task<LocalServiceBus> StartAsync(int port) => LocalServiceBus.StartAsync(
        LocalQueues.CreateOptions(_folder.Path, port, 0), TimeProvider.System, NullLoggerFactory.Instance);
}
