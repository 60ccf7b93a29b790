using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Serverless.Local.Queues;
using Serverless.Local.Runtime;
using Serverless.Local.Runtime.Hosting;
using Serverless.Messaging;
using Serverless.Tasks;
using Serverless.Tasks.Running;
using Serverless.Tasks.Sending;

namespace Serverless.CrashHost;

/// <summary>Sends tasks, each by an id of its own, and runs them until none is left; says a line with every run.</summary>
internal static class TaskCrashHost
{
    private const int SendsAtOnce = 16;
    private const int BatchSize = 10;
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(20);

    public static async Task RunAsync(string dataDirectory, string connectionString, string ledgerPath, int count, int minutesAhead)
    {
        await using var ledger = new FileStream(ledgerPath, FileMode.Append, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0);
        var clock = new ClockAhead(TimeSpan.FromMinutes(minutesAhead));
        await using var queues = await LocalQueues.StartAsync(dataDirectory, clock, NullLoggerFactory.Instance);
        await using var host = await LocalFunctionsHost.StartAsync(new LocalHostOptions
        {
            FunctionTypes = [typeof(QueueFunctions), typeof(LongTask)],
            DataDirectory = dataDirectory,
            Port = 0,
            TimeProvider = clock,
            Settings = new Dictionary<string, string?>(queues.Settings) { ["AzureWebJobsStorage"] = connectionString },
            ConfigureServices = (services, configuration) => services.AddServerless(configuration)
                .AddSingleton(ledger).AddSingleton(TaskRegistry.Discover([typeof(LedgerTask)])),
        });

        // A host that was killed while it sent does not know how far it came: an id that is known is sent once only.
        var tasks = host.Services.GetRequiredService<ITaskClient>();
        await Parallel.ForEachAsync(
            Enumerable.Range(0, count).Chunk(BatchSize), new ParallelOptions { MaxDegreeOfParallelism = SendsAtOnce },
            async (numbers, token) => await SendAsync(tasks, numbers, token));

        var admin = host.Services.GetRequiredService<IQueueAdmin>();
        while (await admin.CountAsync("default") is not { Active: 0, Scheduled: 0 }) await Task.Delay(Poll, TimeProvider.System);
    }

    // Every other batch is sent together, and the tasks of the others each by itself.
    private static async Task SendAsync(ITaskClient tasks, int[] numbers, CancellationToken token)
    {
        var requests = numbers.Select(number => new TaskRequest(
            "crash.ledger", JsonSerializer.SerializeToElement(new LedgerTask.Args(number), JsonSerializerOptions.Web),
            new SendOptions { TaskId = Id(number) })).ToList();
        if (numbers[0] / BatchSize % 2 == 0)
        {
            foreach (var outcome in await tasks.SendBatchAsync(requests, token))
            {
                if (outcome.Fault is { } fault) throw new InvalidOperationException("A task was refused.", fault);
            }

            return;
        }

        foreach (var request in requests) await tasks.SendAsync(request.Name, request.Args, request.Options, token);
    }

    /// <summary>The id of a task.</summary>
    public static string Id(int number) => $"ledger-{number}";
}
