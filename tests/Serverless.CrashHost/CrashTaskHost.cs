using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Serverless.Local.Queues;
using Serverless.Local.Runtime;
using Serverless.Local.Runtime.Hosting;
using Serverless.Tasks;
using Serverless.Tasks.Running;

namespace Serverless.CrashHost;

/// <summary>A host that runs one task over a broker of its own, in a folder that those before it left.</summary>
internal sealed class CrashTaskHost : IAsyncDisposable
{
    private readonly LocalQueues _queues;

    private CrashTaskHost(LocalQueues queues, LocalFunctionsHost host) => (_queues, Host) = (queues, host);

    public LocalFunctionsHost Host { get; }

    public IServiceProvider Services => Host.Services;

    /// <summary>The ledger that tasks write into, which a kill leaves as it is.</summary>
    public static FileStream OpenLedger(string path) =>
        new(path, FileMode.Append, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0);

    /// <summary>Starts it.</summary>
    /// <param name="dataDirectory">The folder.</param>
    /// <param name="connectionString">The storage.</param>
    /// <param name="minutesAhead">How far its clock is ahead.</param>
    /// <param name="task">The task's handler.</param>
    /// <param name="addServices">Adds what the handler needs.</param>
    public static async Task<CrashTaskHost> StartAsync(
        string dataDirectory, string connectionString, int minutesAhead, Type task, Action<IServiceCollection> addServices)
    {
        var clock = new ClockAhead(TimeSpan.FromMinutes(minutesAhead));
        var queues = await LocalQueues.StartAsync(dataDirectory, clock, NullLoggerFactory.Instance);
        var host = await LocalFunctionsHost.StartAsync(new LocalHostOptions
        {
            FunctionTypes = [typeof(QueueFunctions), typeof(LongTask)],
            DataDirectory = dataDirectory,
            Port = 0,
            TimeProvider = clock,
            Settings = new Dictionary<string, string?>(queues.Settings) { ["AzureWebJobsStorage"] = connectionString },
            ConfigureServices = (services, configuration) =>
            {
                services.AddServerless(configuration).AddSingleton(TaskRegistry.Discover([task]));
                addServices(services);
            },
        });
        return new CrashTaskHost(queues, host);
    }

    public async ValueTask DisposeAsync()
    {
        await Host.DisposeAsync();
        await _queues.DisposeAsync();
    }
}
