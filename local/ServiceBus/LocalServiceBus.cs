using System.Globalization;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;
using Serverless.Local.ServiceBus.Administration;
using Serverless.Local.ServiceBus.Amqp;
using Serverless.Local.ServiceBus.Broker;
using Serverless.Local.Sqlite;

namespace Serverless.Local.ServiceBus;

/// <summary>
/// A Service Bus namespace on this machine: any AMQP 1.0 client can use its queues, and the official administration client can look
/// after them. What it acknowledged is in its file, whatever happens to the process.
/// </summary>
public sealed class LocalServiceBus : IAsyncDisposable
{
    // Every key is good; the official client wants one in the form of one.
    private const string Credentials =
        "SharedAccessKeyName=RootManageSharedAccessKey;SharedAccessKey=SAS_KEY_VALUE;UseDevelopmentEmulator=true;";

    private const int MaxTries = 10;

    private readonly SqliteStore _store;
    private readonly QueueBroker _broker;
    private readonly AmqpServer _amqp;
    private readonly AdministrationServer _administration;

    private LocalServiceBus(SqliteStore store, QueueBroker broker, AmqpServer amqp, int port, AdministrationServer administration) =>
        (_store, _broker, _amqp, Port, _administration) = (store, broker, amqp, port, administration);

    /// <summary>The port of AMQP.</summary>
    public int Port { get; }

    /// <summary>The port of the administration.</summary>
    public int AdministrationPort => _administration.Port;

    /// <summary>For <c>ServiceBusClient</c> and every other client.</summary>
    public string ConnectionString => Connection(Port);

    /// <summary>For <c>ServiceBusAdministrationClient</c>.</summary>
    public string AdministrationConnectionString => Connection(AdministrationPort);

    /// <summary>Opens the file and starts to listen.</summary>
    /// <exception cref="IOException">Another process has the file open.</exception>
    public static async Task<LocalServiceBus> StartAsync(
        LocalServiceBusOptions options, TimeProvider time, ILoggerFactory logging, CancellationToken cancellationToken = default)
    {
        var logger = logging.CreateLogger<LocalServiceBus>();
        var store = SqliteStore.Open(options.Path);
        var broker = new QueueBroker(store, options.Queues, time, logger);
        AmqpServer? amqp = null;
        Task<AdministrationServer>? administer = null;
        try
        {
            await broker.StartAsync();
            administer = Task.Run(
                () => AdministrationServer.StartAsync(broker, options.AdministrationPort, options.MaxMessageBytes, cancellationToken),
                cancellationToken);
            (amqp, var port) = await ListenAsync(
                options, new LinkFactory(broker, options.MaxMessageBytes, logger), logger);
            return new LocalServiceBus(store, broker, amqp, port, await administer);
        }
        catch
        {
            if (amqp is not null) await amqp.DisposeAsync();
            if (administer is not null)
            {
                await ((Task)administer).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                if (administer.IsCompletedSuccessfully) await (await administer).DisposeAsync();
            }

            await broker.DisposeAsync();
            await store.DisposeAsync();
            throw;
        }
    }

    // A port that was free may be somebody's by the time it is listened on, such as that of a connection that goes out.
    private static async Task<(AmqpServer Server, int Port)> ListenAsync(LocalServiceBusOptions options, LinkFactory links, ILogger logger)
    {
        for (var left = MaxTries; ; left--)
        {
            AmqpServer? server = null;
            try
            {
                var port = LoopbackPort.Find(options.Port);
                server = new AmqpServer(port, links, options.IdleTimeout, logger);
                server.Start();
                return (server, port.Number);
            }
            catch (SocketException e) when (e.SocketErrorCode == SocketError.AddressAlreadyInUse && left > 1)
            {
                if (server is not null) await server.DisposeAsync();
            }
        }
    }

    /// <summary>Writes something to the file; it throws when the disk takes no more.</summary>
    public Task ProbeAsync() =>
        _store.WriteAsync(session => session.Execute("INSERT OR REPLACE INTO probe (id, bytes) VALUES (1, zeroblob(65536))"));

    /// <summary>Lets the clients go and closes the file.</summary>
    public async ValueTask DisposeAsync()
    {
        await _amqp.DisposeAsync();
        await _administration.DisposeAsync();
        await _broker.DisposeAsync();
        await _store.DisposeAsync();
    }

    internal QueueBroker Broker => _broker;

    private static string Connection(int port) =>
        string.Create(CultureInfo.InvariantCulture, $"Endpoint=sb://localhost:{port};{Credentials}");
}
