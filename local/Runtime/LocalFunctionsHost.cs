using System.Runtime.InteropServices;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Serverless.Local.Runtime.Durable;
using Serverless.Local.Runtime.Hosting;
using Serverless.Local.Runtime.Http;
using Serverless.Local.Runtime.ServiceBus;
using Serverless.Local.Runtime.Timers;
using Serverless.Local.Sqlite;

namespace Serverless.Local.Runtime;

/// <summary>The Functions host in this process: it discovers an app's functions and runs them on their triggers.</summary>
public sealed class LocalFunctionsHost : IAsyncDisposable
{
    private const string HostName = "WEBSITE_HOSTNAME";

    private readonly LocalHostOptions _options;
    private readonly WebApplication _app;
    private readonly SqliteStore _store;
    private readonly FunctionInvoker _invoker;
    private readonly DurableEngine _engine;
    private readonly List<(BoundFunction Function, ITriggerListener Listener)> _listeners = [];
    private readonly ILogger _logger;
    private readonly Lock _gate = new();
    private Task? _stopped;

    private LocalFunctionsHost(LocalHostOptions options, WebApplication app, SqliteStore store)
    {
        _options = options;
        _app = app;
        _store = store;
        _invoker = app.Services.GetRequiredService<FunctionInvoker>();
        _engine = app.Services.GetRequiredService<DurableEngine>();
        DurableClient = _engine.Client;
        _logger = app.Services.GetRequiredService<ILogger<LocalFunctionsHost>>();
    }

    /// <summary>The address of HTTP functions.</summary>
    public Uri Address { get; private set; } = new("http://127.0.0.1");

    /// <summary>The app's services.</summary>
    public IServiceProvider Services => _app.Services;

    /// <summary>The client that functions get from <c>[DurableClient]</c>.</summary>
    public DurableTaskClient DurableClient { get; private set; }

    /// <summary>The functions that run here, by name.</summary>
    public IReadOnlyList<FunctionDescription> Functions { get; private set; } = [];

    /// <summary>Starts the app's functions. When it returns, HTTP functions answer and all triggers listen.</summary>
    /// <exception cref="InvalidFunctionsException">Functions are declared in a way that cannot run; the message lists them all.</exception>
    /// <exception cref="InvalidDataException">A settings file is not what it should be.</exception>
    /// <exception cref="IOException">The port or the data folder is in use.</exception>
    public static async Task<LocalFunctionsHost> StartAsync(LocalHostOptions options, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        var settings = HostSettings.Load(options.AppRoot, options.DefaultSettings, options.Settings);
        var store = SqliteStore.Open(Path.Combine(options.DataDirectory, "host.db"));
        WebApplication? app = null;
        try
        {
            app = Build(options, settings, store);
            var host = new LocalFunctionsHost(options, app, store);
            await host.StartAsync(settings, cancellation);
            return host;
        }
        catch
        {
            if (app is not null)
            {
                // Services that run beside it are told to end by this; their ends are no faults then.
                app.Lifetime.StopApplication();
                await app.DisposeAsync();
            }

            await store.DisposeAsync();
            throw;
        }
    }

    /// <summary>
    /// Takes no more work, waits for what runs, and stops: at most <see cref="LocalHostOptions.DrainTimeout"/>. What is not done
    /// by then is taken up at the next start. Safe to call twice.
    /// </summary>
    public Task StopAsync()
    {
        lock (_gate) return _stopped ??= StopOnceAsync();
    }

    /// <summary>Waits for Ctrl+C, SIGTERM or the token, then stops. A second signal ends the process at once.</summary>
    public async Task WaitForShutdownAsync(CancellationToken cancellation = default)
    {
        var asked = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        void Ask(PosixSignalContext context) => context.Cancel = asked.TrySetResult();
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Ask);
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Ask);
        await using var token = cancellation.Register(() => asked.TrySetResult());
        await asked.Task;
        await StopAsync();
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync() => await StopAsync();

    private static WebApplication Build(LocalHostOptions options, HostSettings settings, SqliteStore store)
    {
        var builder = WebApplication.CreateEmptyBuilder(
            new WebApplicationOptions
            {
                ContentRootPath = Path.GetFullPath(
                options.AppRoot),
                ApplicationName = typeof(LocalFunctionsHost).Assembly.GetName().Name
            });
        builder.Configuration.AddConfiguration(settings.App);
        builder.Logging.AddConfiguration(settings.Host.GetSection("logging"));
        builder.Logging.AddFilter("Microsoft.AspNetCore", LogLevel.Warning).AddFilter("Microsoft.Hosting", LogLevel.Warning);

        // Whoever starts the host is told by exception why it does not start.
        builder.Logging.AddFilter("Microsoft.Extensions.Hosting.Internal.Host", LogLevel.Critical);
        options.ConfigureLogging?.Invoke(builder.Logging);
        LocalServer.Configure(builder, options.Port, options.DrainTimeout);
        options.ConfigureServices?.Invoke(builder.Services, settings.App);

        // After the app's: there is one clock.
        builder.Services.Replace(ServiceDescriptor.Singleton(options.TimeProvider));
        builder.Services.AddSingleton(settings).AddSingleton<IConfiguration>(settings.App).AddSingleton(store)
            .AddSingleton<FunctionInvoker>();
        builder.Services.AddSingleton<HttpTriggerKind>().AddSingleton<ITriggerKind>(p => p.GetRequiredService<HttpTriggerKind>())
            .AddSingleton<FunctionEndpoints>();
        builder.Services.AddSingleton<ITriggerKind, TimerTriggerKind>();
        builder.Services.AddSingleton<ServiceBusTriggerOptions>().AddSingleton<ServiceBusConnections>()
            .AddSingleton<ITriggerKind, ServiceBusTriggerKind>();
        builder.Services.AddDurableFunctions(options.DrainTimeout).AddSingleton<DurableApi>();
        return builder.Build();
    }

    private async Task StartAsync(HostSettings settings, CancellationToken cancellation)
    {
        var faults = new List<string>();
        var functions = Bind(settings, faults);
        if (_options.LateSettings is { } late) settings.Override(await late.WaitAsync(cancellation));
        foreach (var function in functions) AddListener(function, faults);
        if (faults.Count > 0) throw new InvalidFunctionsException(faults);

        // What is taken up from the last run may ask for it at once; only where the system chooses the port it must wait.
        if (_options.Port != 0) SetAddress(settings, new UriBuilder(Uri.UriSchemeHttp, "127.0.0.1", _options.Port).Uri);

        await _engine.StartAsync(cancellation);

        // Whether the queues fit is asked over connections that are slow to make: the app starts meanwhile.
        await Task.WhenAll(CheckAsync(cancellation), _app.StartAsync(cancellation));
        var addresses = _app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses;
        SetAddress(settings, new Uri(addresses.First()));
        Functions = [.. functions.Select(f => new FunctionDescription(f.Name, f.Kind.Name, f.Kind.Describe(f, Address)))];
        await Task.WhenAll(_listeners.Select(l => l.Listener.StartAsync(cancellation)));
    }

    private void SetAddress(HostSettings settings, Uri address)
    {
        Address = address;

        // As on Azure and with the Core Tools: what makes links asks for it.
        settings.App[HostName] ??= address.Authority;
        DurableClient = FunctionsClient.Wrap(_engine.Client, new Uri(address, DurableApi.Prefix));
    }

    private List<BoundFunction> Bind(HostSettings settings, List<string> faults)
    {
        var methods = FunctionDiscovery.Find(_options.Assemblies, _options.FunctionTypes, faults).Where(f => !settings.IsDisabled(f.Name));
        var binder = new FunctionBinder(
            Services.GetServices<ITriggerKind>(), Services.GetRequiredService<IServiceProviderIsService>(), () => DurableClient);
        var functions = binder.Bind(methods, faults).ToList();
        var endpoints = Services.GetRequiredService<FunctionEndpoints>().Create(functions.Where(f => f.Kind is HttpTriggerKind), faults);
        LocalServer.Map(_app, endpoints, _options.AllowedHosts, _options.HomePage);
        Services.GetRequiredService<DurableApi>().Map(_app);
        return functions;
    }

    private async Task CheckAsync(CancellationToken cancellation)
    {
        var faults = await Task.WhenAll(_listeners.Select(async l =>
        {
            try
            {
                await l.Listener.CheckAsync(cancellation);
                return null;
            }
            catch (BindingFaultException e)
            {
                return $"{l.Function.Method}: {e.Message}";
            }
        }));
        if (faults.OfType<string>().ToList() is { Count: > 0 } found) throw new InvalidFunctionsException(found);
    }

    private void AddListener(BoundFunction function, List<string> faults)
    {
        try
        {
            if (function.Kind.CreateListener(function) is { } listener) _listeners.Add((function, listener));
        }
        catch (BindingFaultException e)
        {
            faults.Add($"{function.Method}: {e.Message}");
        }
    }

    private async Task StopOnceAsync()
    {
        // On the machine's clock: a test that turns the host's clock must still be able to stop it.
        using var cancelAll = new CancellationTokenSource(_options.DrainTimeout * 0.8);
        using var deadline = new CancellationTokenSource(_options.DrainTimeout);
        await using (cancelAll.Token.Register(_invoker.CancelAll))
        {
            await Task.WhenAll(
                [.. _listeners.Select(l => StopAsync(l.Listener.StopAsync, deadline.Token)), StopAsync(_app.StopAsync, deadline.Token),
                    StopAsync(_engine.StopAsync, deadline.Token)]);
        }

        if (deadline.IsCancellationRequested) Logs.StoppedUnfinished(_logger, _options.DrainTimeout);
        await _app.DisposeAsync();
        await _store.DisposeAsync();
    }

    private async Task StopAsync(Func<CancellationToken, Task> stop, CancellationToken deadline)
    {
        try
        {
            await stop(deadline);
        }
#pragma warning disable CA1031 // One part's failure must not keep the others from stopping.
        catch (Exception e)
#pragma warning restore CA1031
        {
            if (!deadline.IsCancellationRequested) Logs.StopFailed(_logger, e);
        }
    }
}
