using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Serverless.Local;
using Serverless.Local.Runtime;
using Serverless.Local.Runtime.Hosting;

namespace Serverless.TestSupport;

/// <summary>A real host on a port of its own and an empty folder, which goes with it.</summary>
internal sealed class TestHost : IAsyncDisposable
{
    private readonly TemporaryFolder? _folder;

    private TestHost(LocalFunctionsHost host, TemporaryFolder? folder, CollectedLogs logs)
    {
        Host = host;
        Logs = logs;
        _folder = folder;
        Http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false }) { BaseAddress = host.Address };
    }

    public LocalFunctionsHost Host { get; }

    public HttpClient Http { get; }

    public CollectedLogs Logs { get; }

    public static async Task<TestHost> StartAsync(
        Type[] functions,
        string? folder = null,
        string? hostJson = null,
        Dictionary<string, string?>? settings = null,
        Action<IServiceCollection, IConfiguration>? services = null,
        TimeProvider? time = null,
        TimeSpan? drain = null,
        string[]? allowedHosts = null)
    {
        var temporary = folder is null ? new TemporaryFolder() : null;
        var root = folder ?? temporary!.Path;
        if (hostJson is not null) await File.WriteAllTextAsync(Path.Combine(root, "host.json"), hostJson);
        var logs = new CollectedLogs();
        try
        {
            var host = await LocalFunctionsHost.StartAsync(new LocalHostOptions
            {
                FunctionTypes = functions,
                DataDirectory = root,
                AppRoot = root,
                Port = 0,
                AllowedHosts = allowedHosts ?? [],
                DefaultSettings = TimerSettings.Read(),
                Settings = settings ?? [],
                ConfigureServices = services,
                ConfigureLogging = l => l.AddProvider(logs),
                TimeProvider = time ?? TimeProvider.System,
                DrainTimeout = drain ?? TimeSpan.FromSeconds(30),
            });
            return new TestHost(host, temporary, logs);
        }
        catch
        {
            temporary?.Dispose();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await Host.DisposeAsync();
        _folder?.Dispose();
    }
}
