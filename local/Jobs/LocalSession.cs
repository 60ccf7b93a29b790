using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Console;
using Serverless.Local.CommandLine;
using Serverless.Local.Queues;
using Serverless.Local.Runtime;
using Serverless.Local.Runtime.Hosting;
using Serverless.Local.Screens;
using Serverless.Local.Storage;

namespace Serverless.Local.Jobs;

/// <summary>
/// A host at work on a data folder: the folder's lock, then the storage and the queues, then the functions; closed in the other order.
/// </summary>
internal sealed class LocalSession : IAsyncDisposable
{
    private readonly FolderLock _lock;
    private readonly LocalFunctionsHost _host;
    private readonly HostAddress _address;

    private LocalSession(FolderLock held, LocalStorage storage, LocalQueues queues, LocalFunctionsHost host, HostAddress address)
    {
        _lock = held;
        Storage = storage;
        Queues = queues;
        _host = host;
        _address = address;
    }

    public LocalStorage Storage { get; }

    public LocalQueues Queues { get; }

    public Uri Address => _host.Address;

    public IServiceProvider Services => _host.Services;

    public IReadOnlyList<FunctionDescription> Functions => _host.Functions;

    /// <summary>Completes if our Azurite ends by itself.</summary>
    public Task StorageLost => Storage.Azurite?.Completion ?? Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System);

    /// <param name="options">The folder, the port and what is logged.</param>
    /// <param name="screen">Hears of an installation.</param>
    /// <param name="time">The clock.</param>
    /// <param name="storageOpened">Hears of the storage as soon as it can be used, which is before the host can.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="StorageUnavailableException">The folder is in use, or there is no storage.</exception>
    /// <exception cref="UsageException">The port is in use, or a settings file cannot be read.</exception>
    public static async Task<LocalSession> OpenAsync(
        SessionOptions options, IScreen screen, TimeProvider time, Action<LocalStorage> storageOpened, CancellationToken cancellationToken)
    {
        var held = FolderLock.Take(options.Folder);
        Task<LocalStorage>? openStorage = null;
        Task<LocalQueues>? openQueues = null;
        try
        {
            // Azurite is a process that takes a while to answer: the queues open and the app is built meanwhile.
            openStorage = Task.Run(OpenStorageAsync, cancellationToken);
            using var logging = LoggerFactory.Create(builder => ConfigureLogging(builder, options));
            await OlderQueues.CheckAsync(options.Folder);
            openQueues = Task.Run(
                () => LocalQueues.OpenAsync(
                    QueueSetting.Read(AppContext.BaseDirectory), options.Folder, time, logging, cancellationToken), cancellationToken);
            var host = await LocalFunctionsHost.StartAsync(
                new LocalHostOptions
                {
                    Assemblies = [typeof(LocalSession).Assembly],
                    DataDirectory = options.Folder,
                    Port = options.Port,
                    AllowedHosts = options.AllowedHosts,
                    HomePage = "/api/dashboard/",
                    TimeProvider = time,
                    DefaultSettings = new Dictionary<string, string?>(TimerSettings.Read())
                    {
                        ["Mail:Folder"] = Path.Combine(options.Folder, "mail"),
                        ["Smtp:From"] = "Serverless <serverless@localhost>",
                    },
                    LateSettings = ReadSettingsAsync(openStorage, openQueues),
                    ConfigureServices = (services, configuration) =>
                        services.AddServerless(configuration).AddWritableQueuesCheck(async _ => (await openQueues).Bus),
                    ConfigureLogging = logging => ConfigureLogging(logging, options),
                },
                cancellationToken);
            var (storage, queues) = (await openStorage, await openQueues);
            var address = HostAddress.Write(
                options.Folder, host.Address, queues.Bus, storage.Settings.GetValueOrDefault(StorageSetting.Name));
            return new LocalSession(held, storage, queues, host, address);
        }
        catch (Exception fault)
        {
            await CloseAsync(openQueues);
            await CloseAsync(openStorage);
            held.Dispose();
            if (Explain(fault, options) is { } sentence) throw new UsageException("", [sentence]);
            throw;
        }

        async Task<LocalStorage> OpenStorageAsync()
        {
            var storage = await LocalStorage.OpenAsync(
                StorageSetting.Read(AppContext.BaseDirectory), options.Folder, new ScreenProgress(screen), time, cancellationToken);
            storageOpened(storage);
            return storage;
        }
    }

    /// <summary>Lets what runs end within 30 s; queues and storage stay open.</summary>
    public Task StopFunctionsAsync() => _host.StopAsync();

    /// <summary>Stops the functions, then the queues and the storage.</summary>
    public async ValueTask DisposeAsync()
    {
        await StopFunctionsAsync();
        _address.Dispose();
        await Queues.DisposeAsync();
        await Storage.DisposeAsync();
        _lock.Dispose();
    }

    private static async Task<IReadOnlyDictionary<string, string?>> ReadSettingsAsync(
        Task<LocalStorage> openStorage, Task<LocalQueues> openQueues)
    {
        await Task.WhenAll(openStorage, openQueues);
        return new Dictionary<string, string?>([.. (await openStorage).Settings, .. (await openQueues).Settings]);
    }

    // What failed to open has nothing to close; its own reason is told, or another's that came before it.
    private static async Task CloseAsync<T>(Task<T>? opening)
        where T : IAsyncDisposable
    {
        if (opening is null) return;
        await ((Task)opening).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (opening.IsCompletedSuccessfully) await (await opening).DisposeAsync();
    }

    private static string? Explain(Exception fault, SessionOptions options) => fault switch
    {
        IOException { InnerException: AddressInUseException } =>
            $"Port {options.Port} is in use. Give another with --port, or 0 for one that is free.",
        SocketException { SocketErrorCode: SocketError.AccessDenied } =>
            $"Port {options.Port} is not for this user. Give one above 1023 with --port, or 0 for one that is free.",
        IOException or InvalidDataException => fault.Message,
        _ => null,
    };

    // Results go to the output stream: a log must not get between them. Without a minimum, host.json has the say.
    private static void ConfigureLogging(ILoggingBuilder logging, SessionOptions options)
    {
        logging.AddConsole(console => console.FormatterName = LogLineFormatter.FormatterName);
        logging.AddConsoleFormatter<LogLineFormatter, LogLineOptions>(line => line.IsVerbose = options.IsVerbose);
        logging.Services.Configure<ConsoleLoggerOptions>(console => console.LogToStandardErrorThreshold = LogLevel.Trace);
        if (options.MinimumLogLevel is { } minLevel)
            logging.AddFilter<ConsoleLoggerProvider>((category, level) => level >= minLevel && !IsReported(category, options));

        // A line a call hides what a handler says.
        else if (!options.IsVerbose)
            logging.AddFilter<ConsoleLoggerProvider>("Function", LogLevel.Warning);
    }

    // A command that waits for its job says itself how it ended, once and as its last words.
    private static bool IsReported(string? category, SessionOptions options) =>
        !options.IsVerbose && category is not null
        && (category.StartsWith("DurableTask", StringComparison.Ordinal)
            || category.StartsWith("Serverless.CsvJobs", StringComparison.Ordinal));

    private sealed class ScreenProgress(IScreen screen) : IProgress<string>
    {
        public void Report(string value) => screen.WriteLine(value);
    }
}
