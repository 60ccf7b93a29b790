using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Serverless.Local.Runtime.Durable;
using Serverless.Local.Sqlite;
using Serverless.TestSupport;

namespace Serverless.IntegrationTests.Durable;

/// <summary>The real engine on a file of its own, with a clock that the test turns.</summary>
internal sealed class DurableHost : IAsyncDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("durable-").FullName;
    private readonly TestFunctions _functions;
    private readonly ILoggerFactory _logging;
    private SqliteStore? _store;

    private DurableHost(TestFunctions functions, ILoggerFactory logging)
    {
        _functions = functions;
        _logging = logging;
    }

    public FakeTimeProvider Time { get; } = new(new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero));

    public DurableEngine Engine { get; private set; } = null!;

    public DurableTaskClient Client => Engine.Client;

    public int MaxActivities { get; init; } = 20;

    public long HistoryCacheBytes { get; init; } = 64 * 1024 * 1024;

    public VersionRule Versions { get; set; } = new();

    public string File => Path.Combine(_folder, "host.db");

    public static async Task<DurableHost> StartAsync(
        TestFunctions functions, int maxActivities = 20, ILoggerFactory? logging = null, long historyCacheBytes = 64 * 1024 * 1024,
        VersionRule? versions = null)
    {
        var host = new DurableHost(
            functions, logging
                ?? NullLoggerFactory.Instance)
        {
            MaxActivities = maxActivities,
            HistoryCacheBytes = historyCacheBytes,
            Versions = versions
                    ?? new()
        };
        await host.StartAsync();
        return host;
    }

    public async Task RestartAsync(Action? whileDown = null)
    {
        await StopAsync();
        whileDown?.Invoke();
        await StartAsync();
    }

    /// <summary>Starts an orchestration and waits for its end.</summary>
    public async Task<OrchestrationMetadata> RunAsync(string name, object? input = null, string? id = null)
    {
        id = await Client.ScheduleNewOrchestrationInstanceAsync(name, input, new StartOrchestrationOptions(id));
        return await EndAsync(id);
    }

    public async Task<OrchestrationMetadata> EndAsync(string id)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(3));
        return await Client.WaitForInstanceCompletionAsync(id, getInputsAndOutputs: true, limit.Token);
    }

    /// <summary>Waits until the instance has a custom status: the tests' orchestrators set one where they begin to wait.</summary>
    public Task ReachesAsync(string id, string customStatus) => Eventually.TrueAsync(async () =>
        (await Client.GetInstanceAsync(id, getInputsAndOutputs: true))?.SerializedCustomStatus == $"\"{customStatus}\"");

    public Task ReachesAsync(string id, OrchestrationRuntimeStatus status) => Eventually.TrueAsync(async () =>
        (await Client.GetInstanceAsync(id))?.RuntimeStatus == status);

    /// <summary>Turns the clock in steps until the instance is finished.</summary>
    public async Task<OrchestrationMetadata> TurnClockUntilEndAsync(string id, TimeSpan step)
    {
        await Eventually.TrueAsync(async () =>
        {
            Time.Advance(step);
            return (await Client.GetInstanceAsync(id))?.IsCompleted == true;
        });
        return await EndAsync(id);
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        Directory.Delete(_folder, recursive: true);
    }

    private async Task StartAsync()
    {
        _store = SqliteStore.Open(File);
        Engine = new DurableEngine(_functions, new DurableEngineOptions(_store)
        {
            Time = Time,
            Logging = _logging,
            MaxConcurrentActivities = MaxActivities,
            HistoryCacheBytes = HistoryCacheBytes,
            Versions = Versions,
        });
        await Engine.StartAsync(CancellationToken.None);
    }

    private async Task StopAsync()
    {
        await Engine.DisposeAsync();
        await _store!.DisposeAsync();
    }
}
