using System.Collections.Concurrent;
using Azure.Messaging.ServiceBus;
using Azure.Messaging.ServiceBus.Administration;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Serverless.Local.ServiceBus;

namespace Serverless.ServiceBus.Tests;

/// <summary>A broker on a real file and real sockets, spoken to by the official client, with a clock that the test turns.</summary>
internal sealed class ServiceBusFixture : IAsyncDisposable
{
    public static readonly TimeSpan Lock = TimeSpan.FromMinutes(1);

    // Long enough for a message on this machine to arrive, short enough to wait for none.
    private static readonly TimeSpan Wait = TimeSpan.FromMilliseconds(400);

    private readonly QueueDefinition[] _queues;
    private readonly ConcurrentDictionary<string, ServiceBusReceiver> _receivers = new();
    private string _folder = Directory.CreateTempSubdirectory("service-bus-").FullName;

    private ServiceBusFixture(QueueDefinition[] queues) => _queues = queues;

    public FakeTimeProvider Time { get; } = new(new DateTimeOffset(2026, 3, 1, 12, 0, 0, TimeSpan.Zero));

    public LocalServiceBus Bus { get; private set; } = null!;

    public ServiceBusClient Client { get; private set; } = null!;

    public ServiceBusAdministrationClient Administration { get; private set; } = null!;

    public static async Task<ServiceBusFixture> StartAsync(params QueueDefinition[] queues)
    {
        var fixture = new ServiceBusFixture(queues);
        await fixture.OpenAsync();
        return fixture;
    }

    /// <summary>Closes the broker and opens its file with a new one, as a new process does.</summary>
    /// <param name="samePorts">True listens where the old one did, so that old clients find it.</param>
    public async Task ReopenAsync(bool samePorts = false)
    {
        var (port, administration) = samePorts ? (Bus.Port, Bus.AdministrationPort) : (0, 0);
        await CloseAsync();
        await OpenAsync(port, administration);
    }

    /// <summary>Goes on with what a killed process leaves: the files as they are at this moment, nothing flushed or closed.</summary>
    public async Task CrashAsync()
    {
        var left = _folder;
        _folder = Directory.CreateTempSubdirectory("service-bus-").FullName;
        foreach (var file in new[] { "bus.db", "bus.db-wal" }) File.Copy(Path.Combine(left, file), Path.Combine(_folder, file));
        await CloseAsync();
        await OpenAsync();
        Directory.Delete(left, recursive: true);
    }

    public async Task SendAsync(string queue, params string[] bodies)
    {
        await using var sender = Client.CreateSender(queue);
        await sender.SendMessagesAsync(bodies.Select(body => new ServiceBusMessage(body)));
    }

    public async Task SendAsync(string queue, params ServiceBusMessage[] messages)
    {
        await using var sender = Client.CreateSender(queue);
        await sender.SendMessagesAsync(messages);
    }

    public async Task<long> ScheduleAsync(string queue, ServiceBusMessage message, DateTimeOffset due)
    {
        await using var sender = Client.CreateSender(queue);
        return await sender.ScheduleMessageAsync(message, due);
    }

    /// <summary>The one receiver of a queue; what it asked for and did not get in time comes to it later.</summary>
    public ServiceBusReceiver Receiver(string queue, SubQueue part = SubQueue.None) =>
        _receivers.GetOrAdd($"{queue}/{part}", _ => Client.CreateReceiver(queue, new ServiceBusReceiverOptions { SubQueue = part }));

    public Task<IReadOnlyList<ServiceBusReceivedMessage>> ReceiveAsync(string queue, int max = 1) =>
        Receiver(queue).ReceiveMessagesAsync(max, Wait);

    public async Task<ServiceBusReceivedMessage> ReceiveOneAsync(string queue) =>
        await Receiver(queue).ReceiveMessageAsync(TimeSpan.FromMinutes(1))
            ?? throw new InvalidOperationException($"No message came from {queue}.");

    public async Task<IReadOnlyList<ServiceBusReceivedMessage>> PeekAsync(string queue, SubQueue part = SubQueue.None)
    {
        await using var receiver = Client.CreateReceiver(queue, new ServiceBusReceiverOptions { SubQueue = part });
        return await receiver.PeekMessagesAsync(100);
    }

    /// <summary>Active, scheduled and dead-lettered messages.</summary>
    public async Task<(long Active, long Scheduled, long DeadLettered)> CountAsync(string queue)
    {
        var counts = (await Administration.GetQueueRuntimePropertiesAsync(queue)).Value;
        return (counts.ActiveMessageCount, counts.ScheduledMessageCount, counts.DeadLetterMessageCount);
    }

    public static string[] Bodies(IEnumerable<ServiceBusReceivedMessage> messages) => [.. messages.Select(m => m.Body.ToString())];

    public async ValueTask DisposeAsync()
    {
        await CloseAsync();
        Directory.Delete(_folder, recursive: true);
    }

    private async Task OpenAsync(int port = 0, int administration = 0)
    {
        var options = new LocalServiceBusOptions
        {
            Path = Path.Combine(_folder, "bus.db"),
            Queues = _queues,
            Port = port,
            AdministrationPort = administration,
        };
        Bus = await LocalServiceBus.StartAsync(options, Time, NullLoggerFactory.Instance);
        // A test that waits for a retry waits long: what fails fails at once.
        Client = new ServiceBusClient(
            Bus.ConnectionString, new ServiceBusClientOptions { RetryOptions = { MaxRetries = 0, TryTimeout = TimeSpan.FromMinutes(1) } });
        Administration = new ServiceBusAdministrationClient(Bus.AdministrationConnectionString);
    }

    private async Task CloseAsync()
    {
        foreach (var receiver in _receivers.Values) await receiver.DisposeAsync();
        _receivers.Clear();
        await Client.DisposeAsync();
        await Bus.DisposeAsync();
    }
}
