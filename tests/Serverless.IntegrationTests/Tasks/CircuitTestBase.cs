using Azure.Data.Tables;
using Azure.Messaging.ServiceBus.Administration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Serverless.DeadLetters.Endpoints;
using Serverless.Local.ServiceBus;
using Serverless.Messaging;
using Serverless.Monitoring;
using Serverless.Resilience;
using Serverless.Storage;
using Serverless.Tasks;
using Serverless.Tasks.Store;
using Serverless.TestSupport;
using Serverless.Timers;

namespace Serverless.IntegrationTests.Tasks;

/// <summary>Hosts of tasks whose handler meets a circuit, with pauses of their own: what is paused here, other tests run.</summary>
/// <param name="azurite">The storage.</param>
/// <param name="task">The task that is sent.</param>
public abstract class CircuitTestBase(AzuriteFixture azurite, string task) : IDisposable
{
    private protected const string Breaker = "payments", Queue = "email";
    private protected static readonly TimeSpan Break = TimeSpan.FromSeconds(60);

    private readonly string _table = $"Pauses{Guid.NewGuid():N}";
    private readonly TemporaryFolder _folder = new();

    /// <summary>The service is down.</summary>
    private protected bool IsOpen { get; set; } = true;

    /// <summary>Holds up whoever finds out that it is; null for nobody.</summary>
    private protected TaskCompletionSource? Gate { get; set; }

    public void Dispose()
    {
        _folder.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <param name="time">The clock of hosts that follow each other on the same data; null for a host of its own.</param>
    /// <param name="beside">The broker of another host that it is an instance beside.</param>
    private protected async Task<TaskHost> StartAsync(FakeTimeProvider? time = null, LocalServiceBus? beside = null)
    {
        var host = await TaskHost.StartAsync(
            azurite, services => services.AddKeyedSingleton(
                TaskPauses.TableName, (provider, _) => new LazyTable(provider.GetRequiredService<TableServiceClient>(), _table)),
            folder: time is null || beside is not null ? null : _folder.Path, time: time, functions: [typeof(QueueEndpoints)], bus: beside);
        host.Script.Run = async (_, _) =>
        {
            if (IsOpen && Gate is { } gate) await gate.Task;
            return IsOpen ? throw new CircuitOpenException(Breaker, Break) : "done";
        };
        return host;
    }

    private protected Task<string> SendAsync(TaskHost host) => host.SendAsync(task: task);

    private protected static Task<IReadOnlyList<TaskPause>> ListAsync(TaskHost host) =>
        host.Services.GetRequiredService<TaskPauses>().ListAsync(default);

    /// <summary>The pauses as everybody is told of them, but for those of schedules, which other tests have.</summary>
    private protected static async Task<IReadOnlyList<PausedWork>> ReadListAsync(TaskHost host) =>
        [.. (await host.Services.GetRequiredService<PauseList>().ReadAsync(default)).Where(p => p.Kind != "schedule")];

    private protected static Task LookAsync(TaskHost host) =>
        host.Services.GetServices<ITimedWork>().OfType<QueueProbe>().Single().RunAsync(new TimedRun(host.Durable), default);

    /// <summary>Turns the clock until a task has succeeded: one finds out first, and the others come when they were put off to.</summary>
    private protected static async Task PassAsync(TaskHost host, string id, TimeSpan step)
    {
        while (await host.Tasks.GetAsync(id) is not { State: TaskState.Success })
        {
            await host.SettledAsync();
            host.Time.Advance(step + TimeSpan.FromMilliseconds(1));
            await host.SettledAsync();
        }
    }

    private protected static async Task PostAsync(TaskHost host, string path)
    {
        using var response = await host.Http.PostAsync(new Uri($"/api/{path}", UriKind.Relative), null);
        response.EnsureSuccessStatusCode();
    }

    private protected static LaneHolds HoldsOf(TaskHost host) => host.Services.GetRequiredService<LaneHolds>();

    private protected static ServiceBusAdministrationClient AdministrationOf(TaskHost host) =>
        host.Services.GetRequiredService<ServiceBusAdministrationClient>();

    private protected static async Task<IReadOnlyList<QueueProperties>> ReadLanesAsync(TaskHost host) =>
        [await AdministrationOf(host).GetQueueAsync(Queue), await AdministrationOf(host).GetQueueAsync($"{Queue}-high")];

    /// <summary>Waits until a breaker has stopped both lanes of the queue.</summary>
    private protected static Task HeldAsync(TaskHost host) =>
        Eventually.EqualAsync(2, async () => (await HoldsOf(host).ListAsync(default)).Count);

    /// <summary>As <see cref="PassAsync"/>, for a stopped queue, which is looked at as its clock goes on.</summary>
    private protected static async Task PassQueueAsync(TaskHost host, string id)
    {
        while (await host.Tasks.GetAsync(id) is not { State: TaskState.Success })
        {
            await Task.Delay(TimeSpan.FromMilliseconds(200), TimeProvider.System);
            host.Time.Advance(TimeSpan.FromSeconds(10));
            await LookAsync(host);
        }
    }
}
