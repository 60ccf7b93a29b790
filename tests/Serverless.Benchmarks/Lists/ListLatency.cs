using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Azure.Data.Tables;
using Azure.Messaging.ServiceBus;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Serverless.Benchmarks.Tasks;
using Serverless.DeadLetters.Endpoints;
using Serverless.Http;
using Serverless.Local.CommandLine;
using Serverless.Local.Queues;
using Serverless.Local.Runtime;
using Serverless.Local.Runtime.Hosting;
using Serverless.Local.Storage;
using Serverless.Storage;
using Serverless.Tasks;
using Serverless.Tasks.Endpoints;
using Serverless.Tasks.Sending;
using Serverless.TestSupport.Scale;
using Serverless.Workflows;
using Serverless.Workflows.Endpoints;
using Serverless.Workflows.Store;

namespace Serverless.Benchmarks.Lists;

/// <summary>
/// The time that long lists take to answer, as the page asks for them: tasks, runs and dead letters, with filters that find few or none.
/// </summary>
internal static class ListLatency
{
    private const string Lane = "email";
    private const int Batch = 100;

    public static CommandSyntax Syntax { get; } = new(
        "lists", "Measures how long the lists of tasks, runs and dead letters take to answer, with filters.", [],
    [
        new("--tasks", "N", "Tasks, and runs of workflows; 10,000 unless given."),
        new("--dead", "N", "Dead letters; 100,000 unless given."),
        new("--requests", "N", "Requests of each kind; 30 unless given."),
    ]);

    public static async Task RunAsync(Arguments arguments, CancellationToken cancellationToken)
    {
        var tasks = arguments.GetInteger("--tasks", 1, 1_000_000) ?? 10_000;
        var dead = arguments.GetInteger("--dead", 1, 1_000_000) ?? 100_000;
        var requests = arguments.GetInteger("--requests", 3, 10_000) ?? 30;
        arguments.Check();

        var folder = Directory.CreateTempSubdirectory("lists-");
        try
        {
            await using var azurite = await AzuriteProcess.StartAsync(
                Path.Combine(folder.FullName, "azurite"), new Progress<string>(), TimeProvider.System, cancellationToken);
            await using var queues = await LocalQueues.StartAsync(
                Path.Combine(folder.FullName, "queues"), TimeProvider.System, NullLoggerFactory.Instance, cancellationToken);
            await using var host = await StartAsync(folder, azurite, queues);
            await SendAsync(host.Services.GetRequiredService<ITaskClient>(), tasks, cancellationToken);
            await WriteRunsAsync(host.Services, tasks, cancellationToken);
            await using var client = new ServiceBusClient(queues.Bus!.ConnectionString);
            await DeadLetterAsync(client, dead, cancellationToken);

            using var http = new HttpClient { BaseAddress = new Uri(host.Address, "/api/") };
            foreach (var path in Paths())
                await MeasureAsync(http, path, requests, cancellationToken);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static IEnumerable<string> Paths()
    {
        var since = Uri.EscapeDataString(TimeProvider.System.GetUtcNow().AddHours(-1).ToString("O", CultureInfo.InvariantCulture));
        return
        [
            "tasks?size=50", "tasks?size=50&task=bench.noop", "tasks?size=50&state=FAILURE", "tasks?size=50&text=nothing-like-it",
            $"tasks?size=50&queue=media&since={since}",
            "workflows/runs?size=20", "workflows/runs?size=20&state=failed", "workflows/runs?size=20&text=nothing-like-it",
            $"queues/{Lane}/deadletters?size=50", $"queues/{Lane}/deadletters?size=50&task=bench.rare",
            $"queues/{Lane}/deadletters?size=50&reason=Nothing", $"queues/{Lane}/deadletters/groups", "queues",
        ];
    }

    private static async Task MeasureAsync(HttpClient http, string path, int requests, CancellationToken cancellationToken)
    {
        var times = new List<double>();
        var bytes = 0;
        for (var i = 0; i < requests + 3; i++)
        {
            var watch = Stopwatch.StartNew();
            bytes = (await http.GetByteArrayAsync(new Uri(path, UriKind.Relative), cancellationToken)).Length;

            // The first ones compile and connect.
            if (i >= 3) times.Add(watch.Elapsed.TotalMilliseconds);
        }

        times.Sort();
        var shown = path.Split("&since")[0];
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{times[times.Count / 2],8:0} ms median {times[(int)(times.Count * 0.95)],8:0} ms 95 %  {shown}, {bytes} bytes"));
    }

    // Due tomorrow: they stay as they are while they are listed.
    private static async Task SendAsync(ITaskClient client, int tasks, CancellationToken cancellationToken)
    {
        var options = new SendOptions { Countdown = TimeSpan.FromDays(1) };
        foreach (var chunk in Enumerable.Range(0, tasks).Chunk(1000))
        {
            await client.SendBatchAsync(
                [.. chunk.Select(i => new TaskRequest(
                    "bench.noop", JsonSerializer.SerializeToElement(new NoOpTask.Args(i), AppJson.Options), options))],
                cancellationToken);
        }
    }

    private static async Task WriteRunsAsync(IServiceProvider services, int runs, CancellationToken cancellationToken)
    {
        var store = services.GetRequiredService<RunStore>();
        var table = await services.GetRequiredKeyedService<LazyTable>(RunStore.TableName).GetAsync(cancellationToken);
        var now = TimeProvider.System.GetUtcNow();
        var made = Enumerable.Range(0, runs)
            .Select(i => new RunRecord($"run-{i}", "bench", 1, RunState.Completed, now.AddSeconds(-i))).ToList();
        foreach (var batch in made.Select(RunRows.OfIndex).GroupBy(row => row.PartitionKey).SelectMany(rows => rows.Chunk(Batch)))
        {
            await table.SubmitTransactionAsync(
                batch.Select(row => new TableTransactionAction(TableTransactionActionType.UpsertReplace, row)), cancellationToken);
        }

        // Those that are shown.
        foreach (var run in made.Take(200)) await store.AddAsync(run, cancellationToken);
    }

    private static async Task DeadLetterAsync(ServiceBusClient client, int messages, CancellationToken cancellationToken)
    {
        await using var sender = client.CreateSender(Lane);
        await using var receiver = client.CreateReceiver(Lane, new ServiceBusReceiverOptions { PrefetchCount = 200 });
        foreach (var batch in Enumerable.Range(0, messages).Chunk(Batch))
        {
            await sender.SendMessagesAsync(batch.Select(Message), cancellationToken);
            var left = batch.Length;
            while (left > 0)
            {
                var received = await receiver.ReceiveMessagesAsync(left, TimeSpan.FromSeconds(10), cancellationToken);
                await Task.WhenAll(received.Select(
                    m => receiver.DeadLetterMessageAsync(m, "Validation", "The value is refused", cancellationToken)));
                left -= received.Count;
            }
        }

        static ServiceBusMessage Message(int i)
        {
            var task = i % 10_000 == 0 ? "bench.rare" : "bench.noop";
            var id = $"dead-{i}";
            var body = $$"""{"version":1,"id":"{{id}}","task":"{{task}}","args":{"number":{{i}}} }""";
            return new ServiceBusMessage(body) { MessageId = id, CorrelationId = id, Subject = task };
        }
    }

    private static Task<LocalFunctionsHost> StartAsync(DirectoryInfo folder, AzuriteProcess azurite, LocalQueues queues) =>
        LocalFunctionsHost.StartAsync(new LocalHostOptions
        {
            FunctionTypes = [typeof(TaskFunctions), typeof(RunFunctions), typeof(DeadLetterEndpoints), typeof(QueueEndpoints)],
            DataDirectory = Path.Combine(folder.FullName, "host"),
            Port = 0,
            Settings = new Dictionary<string, string?>(queues.Settings) { ["AzureWebJobsStorage"] = azurite.ConnectionString },
            ConfigureServices = (services, configuration) =>
            {
                services.AddServerless(configuration);
                services.AddSingleton(TaskRegistry.Discover([typeof(NoOpTask)]));
            },
        });
}
