using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Serverless.Local;
using Serverless.Local.Queues;
using Serverless.Local.Runtime;
using Serverless.Local.Runtime.Hosting;
using Serverless.Local.ServiceBus;
using Serverless.Messaging;

namespace Serverless.TestSupport;

/// <summary>A real host on a port of its own and an empty folder, which goes with it.</summary>
internal sealed class TestHost : IAsyncDisposable
{
    private readonly TemporaryFolder? _folder;
    private readonly LocalServiceBus? _bus;

    private TestHost(LocalFunctionsHost host, LocalServiceBus? bus, TemporaryFolder? folder, CollectedLogs logs)
    {
        _bus = bus;
        Host = host;
        Logs = logs;
        _folder = folder;
        Http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false }) { BaseAddress = host.Address };
    }

    public LocalFunctionsHost Host { get; }

    public HttpClient Http { get; }

    public CollectedLogs Logs { get; }

    /// <summary>The broker behind the host's queues.</summary>
    public LocalServiceBus Bus => _bus ?? throw new InvalidOperationException("This host was started without queues.");

    /// <param name="queues">Null for a host without a broker; <see cref="LocalQueues.ReadDefinitions"/> for the app's own.</param>
    public static async Task<TestHost> StartAsync(
        Type[] functions,
        string? folder = null,
        string? hostJson = null,
        Dictionary<string, string?>? settings = null,
        Action<IServiceCollection, IConfiguration>? services = null,
        TimeProvider? time = null,
        TimeSpan? drain = null,
        string[]? allowedHosts = null,
        IReadOnlyCollection<QueueDefinition>? queues = null)
    {
        var temporary = folder is null ? new TemporaryFolder() : null;
        var root = folder ?? temporary!.Path;
        if (hostJson is not null) await File.WriteAllTextAsync(Path.Combine(root, "host.json"), hostJson);
        var logs = new CollectedLogs();
        LocalServiceBus? bus = null;
        try
        {
            if (queues is not null) bus = await StartBusAsync(root, queues, time ?? TimeProvider.System);
            var host = await LocalFunctionsHost.StartAsync(new LocalHostOptions
            {
                FunctionTypes = functions,
                DataDirectory = root,
                AppRoot = root,
                Port = 0,
                AllowedHosts = allowedHosts ?? [],
                DefaultSettings = TimerSettings.Read(),
                Settings = bus is null ? settings ?? [] : new Dictionary<string, string?>(settings ?? [])
                {
                    [QueueConnection.Setting] = bus.ConnectionString,
                    [QueueConnection.AdministrationSetting] = bus.AdministrationConnectionString,
                },
                ConfigureServices = (collection, configuration) =>
                {
                    if (bus is not null) collection.AddSingleton(bus);
                    services?.Invoke(collection, configuration);
                },
                ConfigureLogging = l => l.AddProvider(logs),
                TimeProvider = time ?? TimeProvider.System,
                DrainTimeout = drain ?? TimeSpan.FromSeconds(30),
            });
            return new TestHost(host, bus, temporary, logs);
        }
        catch
        {
            if (bus is not null) await bus.DisposeAsync();
            temporary?.Dispose();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await Host.DisposeAsync();
        if (_bus is not null) await _bus.DisposeAsync();
        _folder?.Dispose();
    }

    private static Task<LocalServiceBus> StartBusAsync(string folder, IReadOnlyCollection<QueueDefinition> queues, TimeProvider time) =>
        LocalServiceBus.StartAsync(
            new LocalServiceBusOptions { Path = LocalQueues.PathOf(folder), Queues = queues, Port = 0, AdministrationPort = 0 }, time,
            NullLoggerFactory.Instance);
}
