using System.Reflection;
using Azure.Messaging.ServiceBus;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Serverless.Local.Queues;
using Serverless.Local.ServiceBus;
using Serverless.Messaging;
using Serverless.Tasks;
using Serverless.Tasks.Endpoints;
using Serverless.Tasks.Running;
using Serverless.Tasks.Sending;
using Serverless.Tasks.Store;
using Serverless.TestSupport;
using Serverless.TestSupport.Tasks;

namespace Serverless.IntegrationTests.Tasks;

/// <summary>A real host with the app's tasks and queues, a clock that is turned, and scripted tasks beside the app's own.</summary>
internal sealed class TaskHost(TestHost host, Script script, FakeTimeProvider time) : IAsyncDisposable
{
    private static readonly Type[] Handlers =
    [
        typeof(ScriptTask), typeof(PrivateTask), typeof(TenantScriptTask), typeof(RescueTask), typeof(LongScriptTask), typeof(QuickTask),
        typeof(BeatTask), typeof(CircuitTask), typeof(CircuitQueueTask),
    ];

    private const string HostJson =
        """
        {
          "functionTimeout": "-1",
          "extensions": {
            "serviceBus": {
              "autoCompleteMessages": false, "maxAutoLockRenewalDuration": "00:30:00", "sessionIdleTimeout": "00:00:01"
            }
          }
        }
        """;

    public FakeTimeProvider Time => time;

    public Script Script => script;

    public HttpClient Http => host.Http;

    public CollectedLogs Logs => host.Logs;

    public LocalServiceBus Bus => host.Bus;

    public IServiceProvider Services => host.Host.Services;

    public DurableTaskClient Durable => host.Host.DurableClient;

    public ITaskClient Tasks => Services.GetRequiredService<ITaskClient>();

    public TaskStore Store => Services.GetRequiredService<TaskStore>();

    public IQueueAdmin Queues => Services.GetRequiredService<IQueueAdmin>();

    public IQueueSender Sender => Services.GetRequiredService<IQueueSender>();

    /// <param name="azurite">The storage.</param>
    /// <param name="services">More services.</param>
    /// <param name="settings">The app's settings.</param>
    /// <param name="folder">The host's data, to start it again on.</param>
    /// <param name="time">The clock.</param>
    /// <param name="functions">More functions.</param>
    /// <param name="drain">How long it waits for what runs when it ends.</param>
    /// <param name="bus">The broker of another host, to be a second instance beside it.</param>
    public static async Task<TaskHost> StartAsync(
        AzuriteFixture azurite, Action<IServiceCollection>? services = null, Dictionary<string, string?>? settings = null, string? folder =
            null, FakeTimeProvider? time = null, Type[]? functions = null, TimeSpan? drain = null, LocalServiceBus? bus = null)
    {
        var script = new Script();
        time ??= new FakeTimeProvider(new DateTimeOffset(2026, 1, 31, 12, 0, 0, TimeSpan.Zero));
        var host = await TestHost.StartAsync(
            [typeof(QueueFunctions), typeof(TaskFunctions), typeof(TaskLogFunctions), typeof(PauseFunctions),
                typeof(LongTask), .. functions ?? []],
            folder,
            HostJson,
            SettingsOf(azurite, settings, bus),
            (collection, configuration) =>
            {
                collection.AddServerless(configuration);
                collection.AddSingleton(script).AddSingleton(new Random(1));
                collection.AddSingleton(TaskRegistry.Discover([.. typeof(TaskServices).Assembly.GetTypes(), .. Handlers]));
                services?.Invoke(collection);
            },
            time,
            drain,
            queues: bus is null ? LocalQueues.ReadDefinitions() : null);
        return new TaskHost(host, script, time);
    }

    private static Dictionary<string, string?> SettingsOf(
        AzuriteFixture azurite, Dictionary<string, string?>? settings, LocalServiceBus? bus)
    {
        var all = new Dictionary<string, string?>(settings ?? []) { ["AzureWebJobsStorage"] = azurite.ConnectionString };
        if (bus is null) return all;
        all[QueueConnection.Setting] = bus.ConnectionString;
        all[QueueConnection.AdministrationSetting] = bus.AdministrationConnectionString;
        return all;
    }

    /// <summary>Sends a scripted task.</summary>
    public Task<string> SendAsync(ScriptArgs? args = null, SendOptions? options = null, string task = "test.script") =>
        Tasks.SendAsync(task, args ?? new ScriptArgs(), options);

    /// <summary>Waits until a task is in a state.</summary>
    public async Task<TaskRecord> WaitAsync(string id, TaskState state)
    {
        TaskRecord? record = null;
        await Eventually.EqualAsync(state, async () => (record = await Tasks.GetAsync(id))?.State ?? (TaskState)(-1));
        return record!;
    }

    /// <summary>Waits for the retry of an attempt, and turns the clock to it.</summary>
    /// <returns>How long it waits.</returns>
    public async Task<TimeSpan> RetryAsync(string id, int attempt)
    {
        TaskRecord? record = null;
        await Eventually.EqualAsync(
            (TaskState.Retry, attempt), async () => (record = await Tasks.GetAsync(id)) is null ? default : (record.State, record.Attempt));
        var delay = record!.Due!.Value - Time.GetUtcNow();

        // Azurite keeps milliseconds of a time, and cuts off the rest.
        Time.Advance(delay + TimeSpan.FromMilliseconds(1));
        return delay;
    }

    /// <summary>Waits for the dead letter of a task.</summary>
    public async Task<ServiceBusReceivedMessage> DeadLetterAsync(string id, string lane = "default")
    {
        ServiceBusReceivedMessage? found = null;
        await Eventually.TrueAsync(
            async () =>
                (found = (await Queues.PeekAsync(lane, deadLetters: true, 0, 250)).FirstOrDefault(m => m.CorrelationId == id)) is not null);
        return found!;
    }

    /// <summary>
    /// Waits until what ran is settled too: the end of a task can be seen before, and its lock ends when the clock is turned.
    /// </summary>
    public async Task SettledAsync()
    {
        foreach (var lane in Services.GetRequiredService<QueueCatalog>().Lanes)
            await Eventually.TrueAsync(async () => await Queues.CountAsync(lane) is { Active: 0 });
    }

    /// <summary>Waits until no lane holds anything but dead letters.</summary>
    public async Task IdleAsync()
    {
        foreach (var lane in Services.GetRequiredService<QueueCatalog>().Lanes)
            await Eventually.TrueAsync(async () => await Queues.CountAsync(lane) is { Active: 0, Scheduled: 0 });
    }

    public ValueTask DisposeAsync() => host.DisposeAsync();
}
