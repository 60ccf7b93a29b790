using System.Net.Sockets;
using Microsoft.Extensions.Logging;
using Serverless.Local.ServiceBus;
using Serverless.Messaging;

namespace Serverless.Local.Queues;

/// <summary>
/// The queues of the local host: the broker that the settings name, an emulator that answers on this machine, or one of our own.
/// </summary>
internal sealed class LocalQueues : IAsyncDisposable
{
    private const string FileName = "servicebus.db";

    private LocalQueues(string description, LocalServiceBus? bus)
    {
        (Description, Bus) = (description, bus);
        if (bus is null) return;
        Settings = new Dictionary<string, string?>
        {
            [QueueConnection.Setting] = bus.ConnectionString,
            [QueueConnection.AdministrationSetting] = bus.AdministrationConnectionString,
        };
    }

    /// <summary>A description for the banner; holds no secret.</summary>
    public string Description { get; }

    /// <summary>Our own broker; null when it is somebody else's.</summary>
    public LocalServiceBus? Bus { get; }

    /// <summary>The settings that the app needs beyond those it has already.</summary>
    public IReadOnlyDictionary<string, string?> Settings { get; } = new Dictionary<string, string?>();

    /// <summary>The file in which the broker of a data folder keeps its messages.</summary>
    public static string PathOf(string dataFolder) => Path.Combine(dataFolder, FileName);

    /// <exception cref="IOException">Another process has the broker's file.</exception>
    public static async Task<LocalQueues> OpenAsync(
        QueueSetting setting, string dataFolder, TimeProvider time, ILoggerFactory logging, CancellationToken cancellationToken)
    {
        if (setting.NamesBroker) return new LocalQueues($"the broker that {QueueConnection.Setting} names", null);
        if (setting.EmulatorPort is { } port && await IsAnsweringAsync(port, cancellationToken))
            return new LocalQueues($"the emulator on port {port}", null);

        var options = CreateOptions(dataFolder);
        var bus = await LocalServiceBus.StartAsync(options, time, logging, cancellationToken);
        return new LocalQueues($"a broker on port {bus.Port}, administration on port {bus.AdministrationPort}", bus);
    }

    /// <summary>Our own broker on ports that are free.</summary>
    public static async Task<LocalQueues> StartAsync(
        string dataFolder, TimeProvider time, ILoggerFactory logging, CancellationToken cancellationToken = default)
    {
        var options = CreateOptions(dataFolder, port: 0, administrationPort: 0);
        return new LocalQueues("a broker", await LocalServiceBus.StartAsync(options, time, logging, cancellationToken));
    }

    /// <summary>The broker with the app's queues, in a data folder.</summary>
    public static LocalServiceBusOptions CreateOptions(
        string dataFolder, int port = LocalServiceBusOptions.DefaultPort,
        int administrationPort = LocalServiceBusOptions.DefaultAdministrationPort) => new()
        {
            Path = PathOf(dataFolder),
            Queues = ReadDefinitions(),
            Port = port,
            AdministrationPort = administrationPort,
        };

    /// <summary>A queue of the broker for every lane, with its queue's settings.</summary>
    public static IReadOnlyCollection<QueueDefinition> ReadDefinitions() =>
        [.. QueueCatalog.Load().Entries.SelectMany(entry => entry.Lanes, Definition)];

    public ValueTask DisposeAsync() => Bus?.DisposeAsync() ?? ValueTask.CompletedTask;

    private static QueueDefinition Definition(QueueEntry entry, string lane) => new(lane)
    {
        LockDuration = entry.LockDuration,
        MaxDeliveryCount = entry.MaxDeliveryCount,
        DefaultTimeToLive = entry.DefaultMessageTimeToLive,
        DeadLetterOnExpiration = entry.DeadLetteringOnMessageExpiration,
        RequiresSession = entry.RequiresSession,
        DuplicateDetectionWindow = entry.DuplicateDetectionWindow,
    };

    private static async Task<bool> IsAnsweringAsync(int port, CancellationToken cancellationToken)
    {
        using var client = new TcpClient();
        try
        {
            await client.ConnectAsync("localhost", port, cancellationToken);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
