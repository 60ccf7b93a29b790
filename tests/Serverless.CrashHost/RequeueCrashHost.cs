using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Serverless.DeadLetters.Endpoints;
using Serverless.DeadLetters.Operations;
using Serverless.Local.Queues;
using Serverless.Local.Runtime;
using Serverless.Local.Runtime.Hosting;
using Serverless.Messaging;
using Serverless.Tasks;
using Serverless.Tasks.Running;
using Serverless.Tasks.Sending;

namespace Serverless.CrashHost;

/// <summary>Fails tasks until all are dead letters, then requeues them; says a line before every dead letter that is deleted.</summary>
internal static class RequeueCrashHost
{
    private const string Lane = "default";
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(20);

    /// <summary>Makes the dead letters.</summary>
    public static async Task FailAsync(string dataDirectory, string connectionString, int count)
    {
        await using var bus = await LocalQueues.StartAsync(dataDirectory, TimeProvider.System, NullLoggerFactory.Instance);
        await using var host = await StartAsync(dataDirectory, connectionString, bus, TimeProvider.System, new Ledger(null));
        var tasks = host.Services.GetRequiredService<ITaskClient>();
        await Parallel.ForAsync(0, count, async (number, token) =>
            await tasks.SendAsync("crash.mended", new MendedTask.Args(number), new SendOptions { TaskId = $"mended-{number}" }, token));
        var queues = host.Services.GetRequiredService<IQueueAdmin>();
        while ((await queues.CountAsync(Lane)).DeadLettered < count) await Task.Delay(Poll, TimeProvider.System);
    }

    /// <summary>Starts the operation, unless it was started before, waits for its end, and writes what it says of itself.</summary>
    public static async Task RequeueAsync(string dataDirectory, string connectionString, string ledgerPath, int secondsAhead)
    {
        await using var file = new FileStream(ledgerPath, FileMode.Append, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0);
        var time = new ClockAhead(TimeSpan.FromSeconds(secondsAhead));
        await using var bus = await LocalQueues.StartAsync(dataDirectory, time, NullLoggerFactory.Instance);
        await using var host = await StartAsync(dataDirectory, connectionString, bus, time, new Ledger(file));
        var started = Path.Combine(dataDirectory, "operation.txt");
        if (!File.Exists(started)) await File.WriteAllTextAsync(started, await StartOperationAsync(host));

        var end = await host.DurableClient.WaitForInstanceCompletionAsync(await File.ReadAllTextAsync(started), getInputsAndOutputs: true);
        var queues = host.Services.GetRequiredService<IQueueAdmin>();
        while ((await queues.CountAsync(Lane)).Active > 0) await Task.Delay(Poll, TimeProvider.System);
        await File.WriteAllTextAsync(Path.Combine(dataDirectory, "end.json"), end.SerializedOutput);
    }

    private static async Task<string> StartOperationAsync(LocalFunctionsHost host)
    {
        using var http = new HttpClient { BaseAddress = host.Address };
        using var answer = await http.PostAsJsonAsync($"api/queues/{Lane}/deadletters/requeue", new { all = true });
        answer.EnsureSuccessStatusCode();
        return (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("id").GetString()!;
    }

    private static Task<LocalFunctionsHost> StartAsync(
        string dataDirectory, string connectionString, LocalQueues bus, TimeProvider time, Ledger ledger) =>
        LocalFunctionsHost.StartAsync(new LocalHostOptions
        {
            FunctionTypes =
            [typeof(QueueFunctions), typeof(LongTask), typeof(DeadLetterEndpoints), typeof(QueueOperationOrchestrator),
                typeof(QueueOperationActivities)],
            DataDirectory = dataDirectory,
            Port = 0,
            TimeProvider = time,
            Settings = new Dictionary<string, string?>(bus.Settings) { ["AzureWebJobsStorage"] = connectionString },
            ConfigureServices = (services, configuration) =>
            {
                services.AddServerless(configuration);
                services.AddSingleton(ledger).AddSingleton(TaskRegistry.Discover([typeof(MendedTask)]));
                ReportingDeadLetters.Decorate(services);
            },
        });

    internal sealed record Ledger(FileStream? File);
}
