using Azure.Messaging.ServiceBus;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Serverless.Local.Runtime.Queues;
using Serverless.Local.Sqlite;

namespace Serverless.IntegrationTests.Queues;

/// <summary>A broker on a real database file, with a clock that the test turns.</summary>
internal sealed class BrokerFixture : IAsyncDisposable
{
    public static readonly TimeSpan Lock = TimeSpan.FromMinutes(1);

    private string _folder = Directory.CreateTempSubdirectory("queues-").FullName;
    private readonly QueueOptions _options = new();
    private SqliteStore _store;

    public BrokerFixture(params QueueDefinition[] queues)
    {
        foreach (var queue in queues) _options.Queues.Add(queue);
        (_store, Broker) = Open();
    }

    public FakeTimeProvider Time { get; } = new(new DateTimeOffset(2026, 3, 1, 12, 0, 0, TimeSpan.Zero));

    public QueueBroker Broker { get; private set; }

    /// <summary>Closes the file and opens it with a new broker, as a new host does.</summary>
    public async Task ReopenAsync()
    {
        await CloseAsync();
        (_store, Broker) = Open();
    }

    /// <summary>Goes on with what a killed host leaves: the files as they are at this moment, nothing flushed or closed.</summary>
    public async Task CrashAsync()
    {
        var (store, broker, left) = (_store, Broker, _folder);
        _folder = Directory.CreateTempSubdirectory("queues-").FullName;
        foreach (var file in new[] { "queues.db", "queues.db-wal" }) File.Copy(Path.Combine(left, file), Path.Combine(_folder, file));
        (_store, Broker) = Open();
        await broker.DisposeAsync();
        await store.DisposeAsync();
        Directory.Delete(left, recursive: true);
    }

    public Task SendAsync(string queue, params string[] bodies) =>
        Broker.SendAsync(queue, bodies.Select(b => new QueueMessage(BinaryData.FromString(b))));

    public Task<IReadOnlyList<ServiceBusReceivedMessage>> ReceiveAsync(string path, int max = 1) =>
        Broker.ReceiveAsync(path, max, TimeSpan.Zero);

    public async Task<ServiceBusReceivedMessage> ReceiveOneAsync(string path) => Assert.Single(await ReceiveAsync(path));

    public Task<IReadOnlyList<ServiceBusReceivedMessage>> DeadLettersAsync(string queue) =>
        Broker.PeekAsync(EntityPath.DeadLetters(queue), 0, 100);

    public async ValueTask DisposeAsync()
    {
        await CloseAsync();
        Directory.Delete(_folder, recursive: true);
    }

    public static string[] Bodies(IEnumerable<ServiceBusReceivedMessage> messages) => [.. messages.Select(m => m.Body.ToString())];

    private (SqliteStore, QueueBroker) Open()
    {
        var store = SqliteStore.Open(Path.Combine(_folder, "queues.db"));
        return (store, new QueueBroker(store, _options, Time, NullLogger<QueueBroker>.Instance));
    }

    private async Task CloseAsync()
    {
        await Broker.DisposeAsync();
        await _store.DisposeAsync();
    }
}
